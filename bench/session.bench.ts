/** How long a live session takes from an event to its decision, and from the decision until its request may leave. */
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { nodeDigests, SessionFiles } from '../src/adapters/session-files/index.ts';
import { Conductor, LiveSession, type BrokerRequest, type Input } from '../src/engine/live/index.ts';
import { defineStrategy } from '../src/index.ts';
import { defineInstrument } from '../src/market/instrument.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';

const EVENTS = 20_000;
/** So many that the slowest hundredth is more than what one pause of the disk holds up. */
const SYNCS = 12_000;
/** Rounds before these: until then what decides and writes is still being compiled, on the processors that sync as well. */
const WARM = 3000;
/** Orders of a session that has just begun, as most are. */
const FIRST = 300;
/** So many that what is compiled while the first some hundred of each thread are played takes a small part of the time. */
const SEEDS = 6000;
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
  const simulated = await simulation();
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
    atMost('the same of the first orders of a process, p99', quantile(sent.first, 0.99), 'ms'),
    atMost('what of the path is not the sync, median', quantile(sent.added, 0.5), 'ms'),
    atMost('what of the path is not the sync, p99', quantile(sent.added, 0.99), 'ms', 0.5),
    atMost('the disk’s own fdatasync, median', quantile(sent.disk, 0.5), 'ms'),
    atMost('the disk’s own fdatasync, p99', quantile(sent.disk, 0.99), 'ms'),
    atLeast('simulated events of the order path, all cores', simulated.perSecond, 'events/s', 500_000),
    atLeast('simulated events per second of processor time', simulated.perProcessorSecond, 'events/s'),
  ];
}

/** Seeds on all cores, by the command that plays them. Processor time tells what a machine with nothing else to do reaches. */
async function simulation(): Promise<{ perSecond: number; perProcessorSecond: number }> {
  const file = join(import.meta.dirname, '../test/simulation/run.ts');
  const flags = ['--single-threaded-gc', file, '--seeds', String(SEEDS), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  // What the command prints.
  const { events, seconds, processorSeconds } = JSON.parse(stdout) as Record<string, number>;
  return { perSecond: events / seconds, perProcessorSecond: events / processorSeconds };
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

/**
 * Milliseconds from taking an event until its request may leave, and of the disk alone.
 *
 * The disk alone does the same: it is given nine records and a tenth that is synced, as large as the journal's were. The two
 * take turns in going first, because who comes second finds a file system that has just committed what others left.
 */
async function submissions(): Promise<Submissions> {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-bench-'));
  const plain = new PlainFile(join(folder, 'plain'));
  const files = new SessionFiles(join(folder, 'session'));
  try {
    const session = makeSession();
    let left: ((at: number) => void) | undefined;
    let written: Uint8Array[] = [];
    let synced = 0;
    const conductor: Conductor = new Conductor(
      {
        session,
        disk: {
          append: (bytes) => {
            written.push(bytes);
            files.append(bytes);
          },
          sync: (done) => {
            const began = performance.now();
            files.sync((error) => {
              synced = performance.now() - began;
              done(error);
            });
          },
        },
        broker: {
          send: (request) => {
            left?.(performance.now());
            conductor.take(answer(request, session.at / 1000));
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
    let at = 0;
    const decide = async (): Promise<number> => {
      for (let i = 0; i < 9; i++) conductor.take(quote(++at));
      const start = performance.now();
      const gone = new Promise<number>((done) => (left = done));
      conductor.take(quote(++at));
      return (await gone) - start;
    };
    const path: number[] = [];
    const added: number[] = [];
    const disk: number[] = [];
    let same: readonly Uint8Array[] = [];
    for (let round = 0; round < WARM + SYNCS; round++) {
      if (round % 2 === 1) disk.push(await plain.write(same));
      written = [];
      const spent = await decide();
      path.push(spent);
      added.push(spent - synced);
      // The cancel of the order before goes its own way first.
      await new Promise<void>((done) => setImmediate(done));
      same = written;
      if (round % 2 === 0) disk.push(await plain.write(same));
    }
    return { path: path.slice(WARM), added: added.slice(WARM), disk: disk.slice(WARM), first: path.slice(0, FIRST) };
  } finally {
    files.close();
    plain.close();
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds, one of each per order. */
interface Submissions {
  /** From taking the event until the request leaves. */
  readonly path: number[];
  /** The same without the sync that it waited for. */
  readonly added: number[];
  readonly disk: number[];
  /** What the path took for those that nothing was compiled for yet. */
  readonly first: number[];
}

/** A file to which bytes are added, and nothing else is done. */
class PlainFile {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  /** Milliseconds of writing the last of these and syncing all of them. */
  async write(pieces: readonly Uint8Array[]): Promise<number> {
    for (const bytes of pieces.slice(0, -1)) writeSync(this.file, bytes);
    const start = performance.now();
    const last = pieces.at(-1);
    if (last !== undefined) writeSync(this.file, last);
    await new Promise<void>((done, fail) => fdatasync(this.file, (error) => (error === null ? done() : fail(error))));
    return performance.now() - start;
  }

  close(): void {
    closeSync(this.file);
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
