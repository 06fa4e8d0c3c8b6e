/** How long a live session takes from an event to its decision, and from the decision until its request may leave. */
import { Buffer } from 'node:buffer';
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDigests, SessionFiles } from '../src/adapters/session-files/index.ts';
import { Conductor, LiveSession, type BrokerRequest, type Input } from '../src/engine/live/index.ts';
import { defineStrategy } from '../src/index.ts';
import { defineInstrument } from '../src/market/instrument.ts';
import { runSeed } from '../test/simulation/run-seed.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';

const EVENTS = 20_000;
const SYNCS = 400;
const SEEDS = 40;
const SECOND = 1_000_000;

/** Sends an order with every tenth quote, and cancels the one before. */
const sender = defineStrategy({
  name: 'sender',
  setup({ buy, cancel, assets }) {
    let count = 0;
    const onQuote = () => {
      if (++count % 10 !== 0) return;
      const [working] = assets[0].orders;
      if (working !== undefined) cancel(working);
      buy(1, { limit: 99 });
    };
    return { onQuote };
  },
});

export async function bench(): Promise<BenchRow[]> {
  const decided = decisions();
  const sent = await submissions();
  const start = performance.now();
  let events = 0;
  for (let seed = 1; seed <= SEEDS; seed++) events += runSeed(seed).events;
  const perSecond = events / ((performance.now() - start) / 1000);
  return [
    atMost('event to order decision, median', quantile(decided, 0.5), 'µs'),
    atMost('event to order decision, p99', quantile(decided, 0.99), 'µs', 200),
    atMost('decision to request, through fdatasync, median', quantile(sent.path, 0.5), 'ms'),
    atMost(
      'decision to request, through fdatasync, p99',
      quantile(sent.path, 0.99),
      'ms',
      quantile(sent.disk, 0.99) + 0.5,
    ),
    atMost('the disk’s own fdatasync, p99', quantile(sent.disk, 0.99), 'ms'),
    atLeast('simulated events of the order path', perSecond, 'events/s', 500_000),
  ];
}

function makeSession(): LiveSession {
  const instrument = defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: '24-7' });
  const session = new LiveSession({
    deck: {
      tape: {
        source: 'bench',
        simulated: true,
        instruments: [instrument],
        actions: [],
        findings: [],
        fingerprint: '',
        adjustment: 'raw',
      },
      streams: [{ kind: 'quotes', symbol: 'AAA' }],
      strategies: [{ definition: sender }],
      cash: 1_000_000,
    },
    broker: { genesis: 'bench', prefix: 'td', decisionLifeUs: 60 * SECOND },
  });
  session.take({ kind: 'start', at: 0 });
  const account = { number: 'PA1', cash: 1e6, equity: 1e6, buyingPower: 1e6, isBlocked: false };
  session.take({
    kind: 'report',
    at: 0,
    report: { kind: 'snapshot', happened: [], account, positions: [], orders: [] },
  });
  return session;
}

/** Microseconds of each event on which the strategy decided something, the broker's answer not included. */
function decisions(): number[] {
  const session = makeSession();
  const micros: number[] = [];
  for (let i = 1; i <= EVENTS; i++) {
    const input = quote(i);
    const start = performance.now();
    const { requests } = session.take(input);
    const spent = (performance.now() - start) * 1000;
    if (requests.length === 0) continue;
    // The first thousand warm the machine up.
    if (i > EVENTS / 4) micros.push(spent);
    for (const request of requests) session.take(answer(request, i));
  }
  return micros;
}

/** Milliseconds from taking an event until its request may leave, and of the disk alone with as many bytes. */
async function submissions(): Promise<{ path: number[]; disk: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-bench-'));
  const file = openSync(join(folder, 'plain'), 'a');
  const files = new SessionFiles(join(folder, 'session'));
  try {
    const session = makeSession();
    let left: (() => void) | undefined;
    const conductor: Conductor = new Conductor(
      {
        session,
        disk: files,
        broker: {
          send: (request) => {
            left?.();
            conductor.take(answer(request, 1));
          },
        },
        now: () => session.at,
        onBroken: (error) => {
          throw error;
        },
        digests: nodeDigests,
      },
      files.stored.hash,
      0,
    );
    const path: number[] = [];
    const disk: number[] = [];
    const bytes = Buffer.alloc(600, 'x');
    for (let i = 1; i <= SYNCS * 10; i++) {
      const isOrder = i % 10 === 0;
      const start = performance.now();
      const gone = new Promise<void>((done) => (left = done));
      conductor.take(quote(i));
      if (!isOrder) continue;
      await gone;
      path.push(performance.now() - start);
      // The cancel of the order before goes its own way first.
      await new Promise<void>((done) => setImmediate(done));
      const began = performance.now();
      writeSync(file, bytes);
      await new Promise<void>((done, fail) => fdatasync(file, (error) => (error === null ? done() : fail(error))));
      disk.push(performance.now() - began);
    }
    return { path, disk };
  } finally {
    files.close();
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

function quote(i: number): Input {
  const bid = 100 + (i % 7) / 100;
  return { kind: 'market', at: i * 1000, rows: [['quote', 'AAA', bid, bid + 0.02, 100, 100]] };
}

function answer(request: BrokerRequest, i: number): Input {
  const clientId = 'clientId' in request ? request.clientId : '';
  const at = i * 1000;
  if (request.kind === 'cancel') return { kind: 'report', at, report: { kind: 'canceled', clientId, reason: 'asked' } };
  return { kind: 'report', at, report: { kind: 'accepted', clientId, brokerId: `b${i}` } };
}

function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}
