/**
 * Random bars and a strategy that trades at random: what must hold whatever happens is tried on these. Everything comes
 * from seeds, so that a worker plays the same.
 */
import { Random } from '../../src/base/random.ts';
import { Deck } from '../../src/engine/deck.ts';
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import { CONVENTIONS, type Conventions } from '../../src/engine/sim/conventions.ts';
import type { Asset, Context, Handlers, OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { rsi, sma } from '../../src/indicators/catalog.ts';
import type { CorporateAction } from '../../src/market/actions.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { calendar } from '../../src/time/calendars.ts';
import { bars, days, tapeOf, type Row } from './play.ts';

export interface Flow {
  readonly seed: number;
  readonly symbols: number;
  readonly rows: number;
  readonly conventions: string;
  readonly actions: boolean;
}

const cents = (price: number): number => Math.round(price * 100) / 100;

/** A random walk in cents; some bars are flat, some gap, some have little volume or none. */
export function randomRows(seed: number, count: number): Row[] {
  const random = new Random(seed);
  const rows: Row[] = [];
  let last = 50 + random.below(100);
  for (let i = 0; i < count; i++) {
    const open = cents(Math.max(5, last * (1 + (random.below(4) === 0 ? random.normal() * 0.05 : 0))));
    const close = cents(Math.max(5, open * (1 + random.normal() * 0.03)));
    const high = cents(Math.max(open, close) * (1 + Math.abs(random.normal()) * 0.02));
    const low = cents(Math.min(open, close) * (1 - Math.min(0.5, Math.abs(random.normal()) * 0.02)));
    const volume = random.below(20) === 0 ? 0 : 100 + random.below(20_000);
    rows.push(random.below(25) === 0 ? [open, open, open, open, volume] : [open, high, low, close, volume]);
    last = close;
  }
  return rows;
}

export function streamsOf({ seed, symbols, rows }: Flow): StreamSlice[] {
  return Array.from({ length: symbols }, (_, i) => bars(days(randomRows(seed + i, rows)), `S${i}`));
}

function actionsOf({ actions, rows }: Flow): CorporateAction[] {
  if (!actions) return [];
  const sessions = calendar('XNYS').sessions('2024-01-02', '2034-12-31');
  const at = (row: number) => sessions[Math.floor(row)].openAt;
  return [
    { kind: 'dividend', symbol: 'S0', at: at(rows / 4), amount: 0.37 },
    { kind: 'split', symbol: 'S0', at: at(rows / 3), ratio: 1.5 },
    { kind: 'split', symbol: 'S0', at: at(rows / 2), ratio: 0.25 },
    { kind: 'dividend', symbol: 'S0', at: at((rows * 2) / 3), amount: 1.13 },
  ];
}

export function conventionsOf(name: string): Conventions {
  const known = CONVENTIONS[name];
  if (known !== undefined) return known;
  return { ...CONVENTIONS['honest'], path: name as Conventions['path'] }; // The names of paths are the others.
}

/** A deck of a flow; `changed` are conventions other than those of its name. */
export function flowDeck(flow: Flow, changed: Partial<Conventions> = {}): { deck: Deck; streams: StreamSlice[] } {
  const { options, streams } = flowOptions(flow, changed);
  return { deck: new Deck(options), streams };
}

/** What such a deck is made of. */
export function flowOptions(
  flow: Flow,
  changed: Partial<Conventions> = {},
): { options: DeckOptions; streams: StreamSlice[] } {
  const streams = streamsOf(flow);
  const options: DeckOptions = {
    tape: tapeOf({ streams, actions: actionsOf(flow) }),
    streams,
    cash: 50_000,
    conventions: { ...conventionsOf(flow.conventions), ...changed },
    calendarOf: calendar,
    seed: flow.seed,
    strategies: [{ definition: { name: 'at random', setup: trade } }],
  };
  return { options, streams };
}

/** Sends what an order book may see: every type, either side, exits, targets, changes and cancels. */
function trade(context: Context): Handlers {
  const { random, use, assets } = context;
  const average = use(sma, 7);
  const strength = use(rsi, 9);
  context.schedule('first session of the month', () => context.note(`month ${context.assets[0].price}`));
  return {
    onBar() {
      const asset = assets[random.below(assets.length)];
      if (!asset.isTradable) return;
      const quantity = 1 + random.below(200);
      const side = random.below(2) === 0 ? asset.buy : asset.sell;
      switch (random.below(9)) {
        case 0:
          side(quantity, average.value > asset.price ? 'above' : 'below');
          break;
        case 1:
          asset.targetPercent((random.below(5) - 1) / 4);
          break;
        case 2:
          asset.close();
          break;
        case 3: {
          const [working] = asset.orders;
          if (working !== undefined) context.update(working, { quantity: 1 + random.below(100), limit: asset.price });
          break;
        }
        case 4:
          if (random.below(3) === 0) context.cancelAll();
          break;
        default:
          side(quantity, optionsOf(asset, random));
      }
      if (strength.value > 80) context.note(`strong at row ${context.bars.close.length}`);
    },
  };
}

function optionsOf({ price }: Asset, random: Random): OrderOptions {
  const near = (): number => cents(price * (1 + random.normal() * 0.03));
  const timeInForce = (['DAY', 'GTC', 'GTC', 'IOC', 'FOK'] as const)[random.below(5)];
  const exits = random.below(3) === 0 ? { stopLoss: near(), takeProfit: near() } : {};
  const all: OrderOptions[] = [
    { limit: near(), ...exits },
    { stop: near(), ...exits },
    { stop: near(), limit: near() },
    { touch: near() },
    { touch: near(), limit: near() },
    { trail: { amount: cents(1 + random.uniform() * 5) } },
    { trail: { percent: 0.01 + random.uniform() * 0.1 } },
    { trail: { amount: 2 }, limitOffset: 0.5 },
    { at: 'open' },
    { at: 'open', limit: near() },
    { at: 'close', ...exits },
    { at: 'close', limit: near() },
    { reduceOnly: true },
    { trailingStop: { percent: 0.05 } },
  ];
  return { ...all[random.below(all.length)], timeInForce };
}

/** Rows `from` … `to` − 1 of every stream. */
export function cutRows(streams: readonly StreamSlice[], from: number, to: number): StreamSlice[] {
  return streams.map((stream) => {
    if (stream.kind !== 'bars') return stream;
    const { columns } = stream;
    const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
    return {
      ...stream,
      columns: {
        length: Math.min(to, columns.length) - from,
        time: cut(columns.time),
        openTime: cut(columns.openTime),
        open: cut(columns.open),
        high: cut(columns.high),
        low: cut(columns.low),
        close: cut(columns.close),
        volume: cut(columns.volume),
      },
    };
  });
}
