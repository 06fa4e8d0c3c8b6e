/** A session with a broker and two strategies that do what they are told with the next quote. */
import {
  LiveSession,
  recordText,
  type Alert,
  type BrokerRequest,
  type Command,
  type Input,
  type SubmitRequest,
} from '../../../src/engine/live/index.ts';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { defineStrategy, type Context } from '../../../src/index.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import type { calendar } from '../../../src/time/calendars.ts';
import { plain, utc } from '../play.ts';

const OPEN = utc('2026-11-02T15:00');
const SECOND = 1_000_000;

export type Act = (context: Context) => void;

/** Does with each quote what it was told last. */
function told(name: string) {
  const box: { act: Act | undefined } = { act: undefined };
  const definition = defineStrategy({
    name,
    parameters: {},
    setup: (context) => ({
      onQuote() {
        const { act } = box;
        box.act = undefined;
        act?.(context as unknown as Context);
      },
    }),
  });
  return { box, definition };
}

export class Bench {
  readonly asked: BrokerRequest[] = [];
  readonly alerts: Alert[] = [];
  readonly inputs: Input[] = [];
  readonly records: string[] = [];
  session: LiveSession;
  at: number = OPEN;
  private readonly strategies = [told('one'), told('two')];
  private readonly make: () => LiveSession;

  constructor(limits: LimitSettings, buyingPower = 100_000, calendarOf?: typeof calendar) {
    const name = calendarOf === undefined ? '24-7' : 'XNYS';
    const instruments = ['AAA', 'BBB'].map((symbol) => defineInstrument({ symbol, tick: 0.01, calendar: name }));
    this.make = () =>
      new LiveSession({
        deck: {
          tape: {
            source: 'test',
            simulated: true,
            instruments,
            actions: [],
            findings: [],
            fingerprint: '',
            adjustment: 'raw',
          },
          streams: ['AAA', 'BBB'].map((symbol) => ({ kind: 'quotes' as const, symbol })),
          strategies: this.strategies.map(({ definition }) => ({ definition })),
          cash: 100_000,
          conventions: plain,
          limits,
          ...(calendarOf === undefined ? {} : { calendarOf }),
        },
        broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND },
      });
    this.session = this.make();
    this.take({ kind: 'start', at: this.at });
    this.snapshot(buyingPower);
  }

  take(input: Input): void {
    const outcome = this.session.take(input);
    this.asked.push(...outcome.requests);
    this.alerts.push(...outcome.alerts);
    this.inputs.push(input);
    this.records.push(recordText(input, outcome, this.session));
  }

  snapshot(buyingPower: number, isBlocked = false): void {
    const account = { number: 'PA0001', cash: 100_000, equity: 100_000, buyingPower, isBlocked };
    const positions = this.session.deck.markets.flatMap(({ index, symbol }) => {
      const quantity = this.session.deck.ledger.netQuantity(index);
      return quantity === 0 ? [] : [{ symbol, quantity, averagePrice: 100 }];
    });
    this.take({
      kind: 'report',
      at: this.at,
      report: { kind: 'snapshot', happened: [], account, positions, orders: [] },
    });
  }

  quote(bid = 99.99, ask = 100.01, symbol = 'AAA'): void {
    this.take({ kind: 'market', at: this.at, rows: [['quote', symbol, bid, ask, 100, 100]] });
  }

  /** With the next quote, a strategy does something. */
  act(act: Act, strategy = 0): void {
    this.strategies[strategy].box.act = act;
    this.quote();
  }

  command(command: Command): void {
    this.take({ kind: 'command', at: this.at, by: 'operator', reason: 'test', command });
  }

  wait(seconds: number): void {
    this.at += seconds * SECOND;
  }

  accept(request: SubmitRequest): void {
    this.take({ kind: 'report', at: this.at, report: { kind: 'accepted', clientId: request.clientId, brokerId: 'b' } });
  }

  fill(request: SubmitRequest, quantity: number, price: number): void {
    const { clientId, symbol, side } = request;
    this.take({
      kind: 'report',
      at: this.at,
      report: { kind: 'fill', clientId, executionId: `x${this.inputs.length}`, symbol, side, quantity, price, fee: 0 },
    });
  }

  get submissions(): readonly SubmitRequest[] {
    return this.asked.filter((request) => request.kind === 'submit');
  }

  get refusals(): string[] {
    return [...this.session.deck.journal.entries('refused')].map(({ text }) => text);
  }

  /** The same inputs in another process: its strategies decide again, so they are told again. */
  replayed(acts: (input: Input, index: number) => void): string[] {
    const again = this.make();
    return this.inputs.map((input, index) => {
      acts(input, index);
      return recordText(input, again.take(input), again);
    });
  }

  say(act: Act | undefined, strategy: number): void {
    this.strategies[strategy].box.act = act;
  }
}
