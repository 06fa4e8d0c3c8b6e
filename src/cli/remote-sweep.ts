/**
 * What `tradedeck sweep` does when others play: opens the exchange, and tells a person of workers that come, go or refuse.
 */
import process from 'node:process';
import type { ExchangeFlags } from '../desk/config/sources.ts';
import { announcementOf, exchangeKey } from '../desk/exchange/announcement.ts';
import { RemoteConductor, type RemoteNews } from '../desk/exchange/remote-conductor.ts';
import type { Conducting, Conducts } from '../desk/sweep/conduct.ts';
import type { SweepPlan } from '../desk/sweep/plan.ts';
import type { SweepProgress } from '../desk/sweep/progress.ts';
import { openSweepExchange } from '../desk/wiring/exchange.ts';
import { tell } from './terminal.ts';

/** Connects to the exchange; returns what makes the conductor of the sweep. */
export async function remoteConductor(
  plan: SweepPlan,
  flags: ExchangeFlags,
  progress: SweepProgress,
): Promise<(conducting: Conducting) => Conducts> {
  const say = (line: string): void => {
    progress.end();
    tell(line);
  };
  const key = exchangeKey(plan.key);
  const exchange = await openSweepExchange(flags, process.env, key, {
    onAway: (place, reason) =>
      say(`the exchange at ${place} does not answer (${reason}): waiting; Ctrl-C stops, and what was played is kept`),
    onBack: (place) => say(`the exchange at ${place} answers again`),
  });
  return (conducting) =>
    new RemoteConductor(conducting, {
      exchange,
      announcement: () =>
        JSON.stringify(
          announcementOf(
            plan.loaded,
            conducting.threadStart(),
            key,
            plan.request.method === 'grid' ? plan.points.count : plan.request.runs,
          ),
        ),
      news: newsFor(exchange.place, say),
    });
}

function newsFor(place: string, say: (line: string) => void): RemoteNews {
  let before: number | undefined;
  return {
    onWorkers(ready, refusing) {
      if (ready === before) return;
      before = ready;
      const others = refusing === 0 ? '' : `, and ${refusing} that refuse`;
      if (ready === 0) say(`no worker is at ${place}${others}: waiting for \`tradedeck worker\` to be started`);
      else say(`${ready} ${ready === 1 ? 'worker' : 'workers'} at ${place}${others}`);
    },
    onRefusal(_worker, text) {
      const { host, reason } = JSON.parse(text) as { host: string; reason: string };
      say(`worker ${host} refuses the sweep: ${reason}`);
    },
  };
}
