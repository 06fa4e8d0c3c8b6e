/**
 * Makes the result of a run out of what the deck kept: the journal, the ledger and the equity curve.
 */
import { formatInstant } from '../time/instant.ts';
import type { Deck } from './deck.ts';
import { mergeTrades } from './ledger/merge-trades.ts';
import { ORDER_TYPES } from './orders/order.ts';
import type { FillRecord, HoldingRecord, RunResult, TradeRecord } from './result.ts';

export function buildResult(deck: Deck): RunResult {
  const { ledger, tape, conventions, equity } = deck;
  const account = ledger.cash[0];
  const orders = ordersOf(deck);
  return {
    mode: deck.mode,
    strategies: deck.hosts.map((host) => ({ name: host.definition.name, parameters: host.parameters })),
    source: tape.source,
    simulated: tape.simulated,
    fingerprint: tape.fingerprint,
    conventions: conventions.name,
    assumptions: assumptionsOf(deck),
    findings: deck.endings.findings.length === 0 ? tape.findings : [...tape.findings, ...deck.endings.findings],
    currency: account.currency,
    rates: ratesOf(deck),
    startingCash: equity.startingValue,
    finalCash: ledger.cashValue(),
    finalEquity: ledger.equity(),
    exactCash: Object.fromEntries(ledger.cash.map((cash) => [cash.currency, cash.exact.toText(cash.decimals)])),
    startAt: deck.opensAt > deck.startAt ? deck.opensAt : deck.startAt,
    endAt: deck.endAt,
    events: deck.events,
    equity: equity.points(),
    sessions: equity.sessions(),
    maxDrawdown: equity.maxDrawdown,
    trades: tradesOf(deck, orders),
    fills: fillsOf(deck, orders),
    holdings: holdingsOf(deck),
    orders: { ...deck.orders.counts },
    ...ledger.totals(),
    ...(deck.venue.slippage === undefined ? {} : { slippage: slippageOf(deck, deck.venue.slippage) }),
    ruinedAt: deck.ruinedAt,
    ...(deck.tracer === undefined ? {} : { trace: deck.tracer.records }),
  };
}

function ratesOf({ ledger }: Deck): Record<string, number> {
  const rates = ledger.instruments.map(({ symbol }, i) => [symbol, ledger.rates[ledger.currencyOf[i]]] as const);
  return Object.fromEntries(rates.filter(([, rate]) => rate !== 1));
}

function slippageOf({ ledger }: Deck, points: Float64Array): Record<string, number> {
  const lost = ledger.instruments.map(({ symbol, multiplier }, i) => [symbol, points[i] * multiplier] as const);
  return Object.fromEntries(lost.filter(([, money]) => money !== 0));
}

function tradesOf(deck: Deck, orders: ReadonlyMap<number, SubmittedOrder>): TradeRecord[] {
  const { ledger } = deck;
  const { trades, of } = mergeTrades(ledger.trades);
  const extremes = extremesOf(deck, trades.length, of);
  return trades.map((trade, index) => {
    const { multiplier } = ledger.units[trade.instrument];
    const profit = trade.judgedProfit - trade.fees;
    const paid = trade.entryPrice * Math.abs(trade.quantity) * multiplier;
    const { worst, best, from, to } = extremes[index];
    return {
      ...trade,
      symbol: ledger.instruments[trade.instrument].symbol,
      entryReason: (orders.get(trade.entryOrder) ?? EARLIER).reason,
      exitReason: (orders.get(trade.exitOrder) ?? EARLIER).reason,
      profit,
      paid,
      return: profit / paid,
      bars: to > from ? to - from : 0,
      worst,
      best,
    };
  });
}

/** How far each trade went, as the sum of its pieces, and the rows of the tape from its first entry to its last exit. */
function extremesOf({ ledger, excursions, feeds }: Deck, trades: number, of: Int32Array) {
  const found = Array.from({ length: trades }, () => ({ worst: 0, best: 0, from: Infinity, to: -Infinity }));
  if (trades === 0) return found;
  const read = ledger.trades.at(0);
  const extremes = excursions.of(0);
  // Only bars say how far a price went on the way: of what has none, as most options, nobody knows.
  const tracked = new Set(feeds.map(({ market }) => market.index));
  for (let piece = 0; piece < of.length; piece++) {
    const { instrument, quantity, entryPrice } = ledger.trades.read(piece, read);
    const size = Math.abs(quantity) * ledger.units[instrument].multiplier;
    const { high, low, firstRow, bars } = excursions.read(piece, extremes);
    const up = (high - entryPrice) * size;
    const down = (low - entryPrice) * size;
    const trade = found[of[piece]];
    if (!tracked.has(instrument)) {
      trade.worst = trade.best = Number.NaN;
      continue;
    }
    trade.worst += Math.min(0, quantity > 0 ? down : -up);
    trade.best += Math.max(0, quantity > 0 ? up : -down);
    if (bars === 0) continue;
    trade.from = Math.min(trade.from, firstRow);
    trade.to = Math.max(trade.to, firstRow + bars);
  }
  return found;
}

interface SubmittedOrder {
  readonly type: string;
  readonly reason: string;
}

/** An order of the run that this one goes on from: the journal of that run has it. */
const EARLIER: SubmittedOrder = { type: '', reason: '' };

/** Type and reason of every order, as the journal has them. */
function ordersOf({ journal }: Deck): Map<number, SubmittedOrder> {
  const orders = new Map<number, SubmittedOrder>();
  journal.each('submitted', ({ order, amount, text }) =>
    orders.set(order, { type: ORDER_TYPES[amount], reason: text }),
  );
  return orders;
}

function fillsOf({ journal, ledger }: Deck, orders: ReadonlyMap<number, SubmittedOrder>): FillRecord[] {
  const fills: FillRecord[] = [];
  journal.each('filled', (entry) => {
    const { quantityScale } = ledger.units[entry.instrument];
    const order = orders.get(entry.order) ?? EARLIER;
    fills.push({
      symbol: ledger.instruments[entry.instrument].symbol,
      order: entry.order,
      strategy: entry.strategy,
      at: entry.at,
      quantity: entry.quantity / quantityScale,
      price: entry.price,
      fee: entry.amount,
      position: entry.balance / quantityScale,
      type: order.type,
      reason: order.reason,
    });
  });
  return fills;
}

function holdingsOf({ ledger }: Deck): HoldingRecord[] {
  return ledger.openPositions().map((position) => ({
    symbol: ledger.instruments[position.instrument].symbol,
    strategy: position.strategy,
    quantity: position.quantity,
    averagePrice: position.averagePrice,
    price: ledger.marks[position.instrument],
    value: ledger.positionValue(position),
  }));
}

function assumptionsOf(deck: Deck): string[] {
  const { conventions, tape, assumptions, late } = deck;
  const absurd = deck.markets.reduce((sum, market) => sum + market.absurd, 0);
  const { fees, slippage, margin, volume, queue, auctions } = conventions;
  return [
    ...(tape.notes ?? []),
    conventions.timing === 'next-open'
      ? 'A decision on a complete bar fills at the next bar’s open.'
      : 'A decision on a complete bar fills at that bar’s close.',
    conventions.limits === 'penetrate'
      ? 'A limit fills only when the price trades through it.'
      : 'A limit fills when the price touches it.',
    conventions.path === 'adverse'
      ? 'When one bar reaches both stop and target, the stop is taken.'
      : conventions.path === 'one-by-one'
        ? 'Orders meet a bar one after the other, each all of it; of a bracket the stop comes first.'
        : `Inside a bar, prices are taken to run ${conventions.path}.`,
    Number.isFinite(volume.share)
      ? `All our orders together take at most ${volume.share * 100} % of a bar’s volume.`
      : 'Volume does not limit fills.',
    ...withoutVolume(deck),
    ...(deck.markets.some(({ quoted, printed }) => quoted || printed) ? [queue.sentence] : []),
    slippage.sentence,
    fees.sentence,
    margin.sentence,
    conventions.end === 'keep'
      ? 'Positions stay open at the end and are valued at the last price.'
      : 'Positions are closed when the tape ends.',
    tape.adjustment === 'raw'
      ? 'Prices are as traded; splits and dividends on the tape are applied as they happen.'
      : `Prices are ${tape.adjustment}: they contain later corporate actions.`,
    ...(deck.happenings.splits.length > 0
      ? ['From a split on, lines and indicators tell what was before it in the new shares.']
      : []),
    auctions.sentence,
    ...deck.markets
      .filter(({ offHours }) => offHours > 0)
      .map(({ symbol, offHours }) => `Orders in ${symbol} waited through ${offHours} bars outside its hours.`),
    ...(absurd > 0
      ? [`${absurd} quotes of options were beyond what they can be worth: nothing fills at such a side.`]
      : []),
    ...(late > 0 ? [`${late} quotes came after newer ones of their instrument, and were passed over.`] : []),
    ...(deck.restoredAt === undefined
      ? []
      : [
          `This run goes on from ${formatInstant(deck.restoredAt)}: return, drawdown and the benchmark begin there, with the account’s value then; trades count from their entries.`,
        ]),
    ...(tape.simulated && tape.notes === undefined ? ['The prices are simulated, not real.'] : []),
    ...assumptions,
  ];
}

/** Where no bar has a volume, none of it can be taken: whoever reads of a share of it must know. */
function withoutVolume({ conventions, markets }: Deck): string[] {
  if (!Number.isFinite(conventions.volume.share)) return [];
  const bare = markets.filter(
    ({ volumeFrom, quoted, printed, last }) => volumeFrom === Infinity && !quoted && !printed && last === last,
  );
  if (bare.length === 0) return [];
  const names = bare.slice(0, 6).map(({ symbol }) => symbol);
  const more = bare.length > names.length ? ` and ${bare.length - names.length} more` : '';
  return [`The prices of ${names.join(', ')}${more} come without a volume: there nothing limits what fills.`];
}
