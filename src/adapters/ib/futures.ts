/**
 * What a future is, as the vendor says it: multiplier, last day, the steps of its prices, and the margin that this account
 * would tie up for one contract.
 */
import type { Contract } from '@stoqey/ib';
import { Fault, show } from '../../base/fault.ts';
import { defineInstrument, type Instrument, type TickBand } from '../../market/instrument.ts';
import { parseFuture } from '../../market/future-symbol.ts';
import { Answered, Unanswered, type Connection } from './connection.ts';
import type { Contracts, Resolved } from './contracts.ts';
import type { Library } from './library.ts';
import { askWhatIf } from './what-if.ts';

/** The instrument of a future; `number` is the account whose margin is asked for. */
export async function describeFuture(
  library: Library,
  connection: Connection,
  contracts: Contracts,
  { symbol, number }: { readonly symbol: string; readonly number: string },
): Promise<Instrument> {
  const resolved = await contracts.resolve(symbol, connection);
  const { contract, minTick, details, points } = resolved;
  const ticks = await priceSteps(library, connection, resolved);
  const { initial, maintenance } = await marginOf(library, connection, contract, number);
  const last = details.realExpirationDate ?? contract.lastTradeDateOrContractMonth ?? '';
  if (!/^\d{8}/.test(last)) {
    throw new Fault(
      'ib.future',
      `${symbol}: the vendor names no last day, was ${show(last)}`,
      { field: `instruments.${symbol}` },
      'state it in the deck',
    );
  }
  return defineInstrument({
    symbol,
    kind: 'future',
    currency: contract.currency ?? 'USD',
    tick: ticks.length > 0 ? ticks : minTick,
    multiplier: points,
    future: {
      root: parseFuture(symbol)?.root ?? symbol,
      expiry: `${last.slice(0, 4)}-${last.slice(4, 6)}-${last.slice(6, 8)}`,
      initialMargin: initial,
      maintenanceMargin: maintenance,
    },
  });
}

/** Its market rule, by price; empty where it names none, and its smallest step is that of all prices. */
async function priceSteps(library: Library, connection: Connection, { contract, details }: Resolved) {
  const exchanges = (details.validExchanges ?? '').split(',');
  const rules = (details.marketRuleIds ?? '').split(',');
  const rule = Number(rules[Math.max(0, exchanges.indexOf(contract.exchange ?? ''))]);
  if (!Number.isInteger(rule) || rule <= 0) return [];
  const { EventName } = library;
  return connection.ask<readonly TickBand[]>(
    (api) => api.reqMarketRule(rule),
    (api, _, done) => {
      const onRule = (id: number, steps: readonly { lowEdge?: number; increment?: number }[]): void => {
        if (id === rule) done(steps.map(({ lowEdge = 0, increment = 0 }) => ({ above: lowEdge, tick: increment })));
      };
      api.addListener(EventName.marketRule, onRule);
      return () => void api.removeListener(EventName.marketRule, onRule);
    },
    `the price steps of ${contract.localSymbol ?? ''}`,
  );
}

/** What buying one contract would add to the account's margins: an order that is asked about, and never placed. */
async function marginOf(
  library: Library,
  connection: Connection,
  contract: Contract,
  account: string,
): Promise<{ readonly initial: number; readonly maintenance: number }> {
  const fail = (why: string): Fault =>
    new Fault(
      'ib.margin',
      `the margin of ${contract.localSymbol ?? ''} could not be had: ${why}`,
      {},
      'state it in the deck: instruments: { SYMBOL: { margin: { initial, maintenance } } }',
    );
  const { initial, maintenance } = await askWhatIf(library, connection, { contract, account, side: 1 }).catch(
    (error: unknown) => {
      throw error instanceof Answered || error instanceof Unanswered ? fail(error.message) : error;
    },
  );
  // A position that is held may make another contract cost less: what it then says is no margin of one.
  if (!(initial > 0 && maintenance > 0)) throw fail(`the account would tie up ${initial}`);
  return { initial, maintenance };
}

/** Whether a contract counts as an instrument of ours says: a multiplier that is another would make every figure wrong. */
export function checkMultiplier({ symbol, multiplier }: Instrument, { points: theirs }: Resolved): void {
  if (theirs === multiplier) return;
  throw new Fault(
    'ib.multiplier',
    `${symbol} counts ${theirs} money per point at the broker, here ${multiplier}`,
    { field: `instruments.${symbol}.multiplier` },
    `say ${theirs}`,
  );
}
