/**
 * A desk as a process of its own, to be killed: the real session, conductor, journal and link to a fake broker in another
 * process. It begins, or goes on, and trades until somebody ends it; with `--quiet` it only settles what is open, says how
 * its books stand, and leaves.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { AlpacaLink } from '../../../src/adapters/alpaca/link.ts';
import { nodeDigests, SessionFiles } from '../../../src/adapters/session-files/index.ts';
import {
  Conductor,
  frameOf,
  headText,
  LiveSession,
  SESSION_JOURNAL,
  SESSION_VERSION,
  verifySession,
} from '../../../src/engine/live/index.ts';
import { Secret } from '../../../src/base/secret.ts';
import { honest } from '../../../src/engine/sim/conventions.ts';
import { flatLeverage } from '../../../src/engine/sim/margin.ts';
import { isLive } from '../../../src/engine/sim/working-orders.ts';
import { deckOf } from '../../engine/live/bench.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { churner } from '../strategies.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    'key-id': { type: 'string', default: '' },
    secret: { type: 'string', default: '' },
    quiet: { type: 'boolean', default: false },
  },
});

/** Virtual seconds per second, as the fake runs. */
const SPEED = 10;
const SECOND = 1_000_000;
const SETTLED_MS = 25_000;

const instruments = [defineInstrument({ symbol: 'AAPL', tick: 0.01, calendar: '24-7' })];
const deck = deckOf({
  tape: { ...deckOf().tape, instruments },
  strategies: [{ definition: churner }],
  cash: 1_000_000,
  conventions: { ...honest, margin: flatLeverage(4) },
  seed: 7,
});

const { files, session } = begin(join(values.folder, 'session'));
const clock = await followed(values.url);
// The file has been read to its end; nothing of what follows may be before it.
const now = (): number => Math.max(clock(), session.at);
const link = await AlpacaLink.open({
  keyId: new Secret(values['key-id']),
  secret: new Secret(values.secret),
  isPaper: true,
  restUrl: values.url,
  streamUrl: `${values.url.replace('http', 'ws')}/stream`,
  timeoutMs: 1500,
  report: (report) => conductor.take({ kind: 'report', at: now(), report }),
});
const conductor: Conductor = new Conductor(
  {
    session,
    disk: files,
    broker: link,
    now,
    digests: nodeDigests,
    onBroken: (error) => {
      console.error(error.message);
      process.exit(1);
    },
  },
  files.stored.hash,
  files.stored.texts.length,
);
conductor.take({ kind: 'start', at: now() });
await link.connect();
if (values.quiet) await settle();
else trade();

/** Shows prices and lets time pass until it is killed. */
function trade(): void {
  console.log('trading');
  let cents = 0;
  setInterval(() => {
    cents = (cents + 1) % 3;
    const rows = [['quote', 'AAPL', 100 + cents / 100, 100.02 + cents / 100, 100, 100]] as const;
    conductor.take({ kind: 'market', at: now(), rows });
  }, 20);
}

/** Until nothing is under way any more and the books agree; then it says how they stand. */
async function settle(): Promise<void> {
  const { venue, deck: played } = session;
  conductor.take({ kind: 'command', at: now(), by: 'test', reason: 'over', command: { do: 'cancel', order: 'all' } });
  const until = performance.now() + SETTLED_MS;
  for (let turn = 0; performance.now() < until; turn++) {
    await new Promise<void>((next) => setTimeout(next, 50));
    conductor.take({ kind: 'tick', at: now() });
    if (turn % 20 === 0)
      conductor.take({ kind: 'report', at: now(), report: { kind: 'link', state: 'up', reason: 'look' } });
    const isOpen = played.markets[0].working.some(isLive);
    if (!isOpen && venue!.open.every(({ awaited }) => awaited.size === 0) && session.differences?.length === 0) break;
  }
  const open = venue!.open.map(({ clientId, order }) => `${clientId} ${order.status}`);
  const { ledger } = played;
  console.log(
    JSON.stringify({
      held: ledger.netQuantity(0),
      cash: ledger.cashValue(),
      open,
      differences: session.differences ?? null,
      state: session.states.account,
      reason: session.states.reason,
      records: conductor.records,
    }),
  );
  link.close();
  files.close();
  process.exit(0);
}

function begin(folder: string): { files: SessionFiles; session: LiveSession } {
  let opened = new SessionFiles(folder);
  if (opened.stored.texts.length === 0) {
    const head = headText({
      journal: SESSION_JOURNAL,
      version: SESSION_VERSION,
      mode: 'rehearsal',
      deck: null,
      strategies: [{ name: churner.name, parameters: {} }],
      tape: deck.tape,
      streams: deck.streams,
      conventions: '',
      seed: 7,
      lineage: 'processes',
      code: { strategy: '', engine: '' },
      universe: null,
      restored: null,
    });
    opened.append(frameOf(head, opened.stored.hash, nodeDigests).bytes);
    opened.close();
    opened = new SessionFiles(folder);
  }
  const made = new LiveSession({ deck, broker: { genesis: 'processes', prefix: 'td', decisionLifeUs: 60 * SECOND } });
  const divergence = verifySession(made, opened.stored.texts.slice(1));
  if (divergence !== undefined) throw new Error(`record ${divergence.record} is decided otherwise`);
  return { files: opened, session: made };
}

/** The broker's clock, asked once. */
async function followed(url: string): Promise<() => number> {
  const response = await fetch(`${url}/__fake/time`);
  const { now: at } = (await response.json()) as { now: string };
  const [begun, wall] = [Date.parse(at) * 1000, performance.now()];
  return () => Math.round(begun + (performance.now() - wall) * 1000 * SPEED);
}
