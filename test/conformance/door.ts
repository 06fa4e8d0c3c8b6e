/**
 * A desk as the venue of a strategy that lives behind its door: what that strategy's session asks for goes to the desk, whose
 * own orders go to a simulated venue.
 */
import {
  doorStrategy,
  LiveSession,
  type BrokerReport,
  type BrokerRequest,
  type Input,
  type QuoteRow,
} from '../../src/engine/live/index.ts';
import type { Instrument } from '../../src/market/instrument.ts';
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import { plain } from '../engine/play.ts';
import { CASES } from './cases.ts';
import { STOCKS, type Counterparty } from './rig.ts';

/** All that any case trades: the desk is there before the case says what it needs. */
function instruments(): readonly Instrument[] {
  const all = new Map(STOCKS.map((each) => [each.symbol, each]));
  for (const one of CASES) for (const each of one.instruments ?? []) all.set(each.symbol, each);
  return [...all.values()];
}

export function doorVenue(): Promise<Counterparty> {
  const listed = instruments();
  const doors = [{ strategy: 0, decisionLifeUs: 60_000_000 }];
  const desk = new LiveSession({
    deck: {
      tape: {
        source: 'fake',
        simulated: true,
        instruments: listed,
        actions: [],
        findings: [],
        fingerprint: '',
        adjustment: 'raw',
      },
      streams: listed.map(({ symbol }) => ({ kind: 'quotes', symbol })),
      strategies: [{ definition: doorStrategy('puppet') }],
      cash: 100_000,
      conventions: plain,
    },
    doors,
  });
  let now: number = newYork('2026-11-18', '10:30');
  let seq = 0;
  let tell: ((report: BrokerReport) => void) | undefined;
  const shown = new Map<string, QuoteRow>();
  const take = (input: Input): void => {
    for (const { input: told } of desk.take(input).tell) if (told.kind === 'report') tell?.(told.report);
  };
  const show = (rows: readonly QuoteRow[]): void => {
    if (rows.length > 0) take({ kind: 'market', at: now, rows });
  };
  take({ kind: 'start', at: now });
  const ask = (request: BrokerRequest): void => {
    // The pipe is one way, and the answers come another.
    const at = now;
    queueMicrotask(() => {
      const requests = [request.kind === 'submit' ? { ...request, strategy: 0 } : request];
      take({ kind: 'asked', at: now, strategy: 0, seq: ++seq, decidedAt: at, requests });
    });
  };
  return Promise.resolve({
    name: 'door',
    broker: { prefix: 's0', isDesk: true, changesPackages: true },
    get now() {
      return now;
    },
    link: (report) => {
      tell = report;
      return Promise.resolve({
        connect: () => Promise.resolve(),
        send: ask,
        close: () => {
          if (tell === report) tell = undefined;
        },
      });
    },
    quote: (symbol, bid, ask_) => {
      const row: QuoteRow = ['quote', symbol, bid, ask_, 1000, 1000];
      shown.set(symbol, row);
      show([row]);
    },
    pass: (micros) => {
      now += micros;
      show([...shown.values()]);
      take({ kind: 'tick', at: now });
    },
    held: (symbol) => desk.deck.ledger.netQuantity(listed.findIndex((each) => each.symbol === symbol)),
    cash: () => desk.deck.ledger.cash[0].amount,
    orders: () => [...desk.deck.journal.entries('submitted')].length,
    close: () => Promise.resolve(),
  });
}
