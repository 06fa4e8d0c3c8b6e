/**
 * A session that buys a share every third quote, with its journal on a real disk and a broker whose books are a file: what
 * is played again and again while the n-th call to the file system fails.
 *
 * The same call begins it and goes on after whatever happened, as a desk does.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDigests, SessionFiles, type FileSystem } from '../../../src/adapters/session-files/index.ts';
import {
  Conductor,
  frameOf,
  headText,
  LiveSession,
  SESSION_JOURNAL,
  SESSION_VERSION,
  verifySession,
  type BrokerReport,
  type BrokerRequest,
  type Fill,
  type OrderSnapshot,
  type SubmitRequest,
} from '../../../src/engine/live/index.ts';
import { isLive } from '../../../src/engine/sim/working-orders.ts';
import { defineStrategy } from '../../../src/index.ts';
import { deckOf } from '../../engine/live/bench.ts';

const SECOND = 1_000_000;
const START = Date.UTC(2026, 10, 2, 15) * 1000;
export const QUOTES = 24;

const buyer = defineStrategy({
  name: 'buyer',
  parameters: {},
  setup({ buy }) {
    let count = 0;
    return { onQuote: () => void (++count % 3 === 0 && buy(1, { limit: 101 })) };
  },
});

/** A broker that fills at once, enforces ids, and keeps its books in a file that no fault reaches. */
export class FileBroker {
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, 'broker.jsonl');
  }

  get orders(): readonly { readonly clientId: string; readonly quantity: number }[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as { clientId: string; quantity: number });
  }

  answer(request: BrokerRequest): readonly BrokerReport[] {
    const { orders } = this;
    switch (request.kind) {
      case 'submit':
        return this.submit(request);
      case 'snapshot': {
        const account = { number: 'PA1', cash: 0, equity: 0, buyingPower: 0, isBlocked: false };
        const quantity = orders.reduce((sum, order) => sum + order.quantity, 0);
        const positions = [{ symbol: 'AAA', quantity, averagePrice: 100 }];
        return [{ kind: 'snapshot', account, positions, happened: orders.map(fillOf), orders: orders.map(snapshotOf) }];
      }
      case 'lookup': {
        const order = orders.find(({ clientId }) => clientId === request.clientId);
        return [order === undefined ? { kind: 'absent', clientId: request.clientId } : snapshotOf(order)];
      }
      case 'cancel':
      case 'replace':
        return [{ kind: 'cancel-refused', clientId: request.clientId, reason: 'filled' }];
    }
  }

  private submit({ clientId, quantity }: SubmitRequest): readonly BrokerReport[] {
    if (this.orders.some((order) => order.clientId === clientId)) return [{ kind: 'duplicate', clientId }];
    const order = { clientId, quantity: Number(quantity) };
    appendFileSync(this.file, `${JSON.stringify(order)}\n`);
    return [{ kind: 'accepted', clientId, brokerId: `b-${clientId}` }, fillOf(order)];
  }
}

export interface Played {
  /** Whether it came to its end; otherwise the disk failed, and the process would end. */
  readonly isDone: boolean;
  readonly session: LiveSession;
}

/** Plays the script, or goes on with it. */
export async function playScript(folder: string, fs?: FileSystem): Promise<Played> {
  const broker = new FileBroker(folder);
  const { files, session } = begin(join(folder, 'session'), fs);
  const quotesTaken = files.stored.texts.filter((text) => text.startsWith('{"in":{"kind":"market"')).length;
  const open = { answers: 0 };
  const conductor: Conductor = new Conductor(
    {
      session,
      disk: files,
      broker: {
        send(request) {
          open.answers++;
          setImmediate(() => {
            open.answers--;
            for (const report of broker.answer(request)) conductor.take({ kind: 'report', at: session.at, report });
          });
        },
      },
      now: () => session.at,
      digests: nodeDigests,
      onBroken: () => undefined,
    },
    files.stored.hash,
    files.stored.texts.length,
  );
  const settled = async (): Promise<void> => {
    // What the disk does not keep ends the process: nobody waits for it.
    while (conductor.broken === undefined && (conductor.held > 0 || open.answers > 0))
      await new Promise<void>((next) => setImmediate(next));
  };
  let at = Math.max(START, session.at);
  conductor.take({ kind: 'start', at });
  await settled();
  for (let i = quotesTaken; i < QUOTES && conductor.broken === undefined; i++) {
    at = Math.max(at, START + i * SECOND);
    conductor.take({ kind: 'market', at, rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] });
    await settled();
  }
  for (let i = 0; i < 120 && conductor.broken === undefined && session.deck.markets[0].working.some(isLive); i++) {
    conductor.take({ kind: 'tick', at: (at += SECOND) });
    await settled();
  }
  const isDone = conductor.broken === undefined;
  if (isDone) files.close();
  return { isDone, session };
}

/** Opens the journal, writing its head where it is new, and takes its inputs again. */
function begin(folder: string, fs: FileSystem | undefined): { files: SessionFiles; session: LiveSession } {
  let files = new SessionFiles(folder, fs);
  const deck = deckOf({ strategies: [{ definition: buyer }], cash: 100_000 });
  if (files.stored.texts.length === 0) {
    const head = headText({
      journal: SESSION_JOURNAL,
      version: SESSION_VERSION,
      mode: 'live',
      deck: null,
      strategies: [{ name: 'buyer', parameters: {} }],
      tape: deck.tape,
      streams: deck.streams,
      conventions: '',
      seed: 1,
      lineage: 'disk',
      code: { strategy: '', engine: '' },
      universe: null,
      restored: null,
    });
    files.append(frameOf(head, files.stored.hash, nodeDigests).bytes);
    files.close();
    files = new SessionFiles(folder, fs);
  }
  const session = new LiveSession({ deck, broker: { genesis: 'disk', prefix: 'td', decisionLifeUs: 60 * SECOND } });
  const divergence = verifySession(session, files.stored.texts.slice(1));
  if (divergence !== undefined) throw new Error(`record ${divergence.record} is decided otherwise`);
  return { files, session };
}

function fillOf({ clientId, quantity }: { readonly clientId: string; readonly quantity: number }): Fill {
  return { kind: 'fill', clientId, executionId: `x-${clientId}`, symbol: 'AAA', side: 1, quantity, price: 100, fee: 0 };
}

function snapshotOf({ clientId, quantity }: { readonly clientId: string; readonly quantity: number }): OrderSnapshot {
  return {
    kind: 'order',
    clientId,
    brokerId: `b-${clientId}`,
    status: 'filled',
    symbol: 'AAA',
    side: 1,
    quantity,
    filled: quantity,
    averagePrice: 100,
    updatedAt: 1,
  };
}
