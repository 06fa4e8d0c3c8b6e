/**
 * What the vendor says that one more unit of the deck's instruments would tie up: asked one after another in the background,
 * on a connection of its own, and told with the books as far as it is news.
 *
 * Futures and shares are asked for both sides, options for sales, because a bought one costs its premium. First come those
 * that are traded or held. What was said is asked again after ten minutes, and of options when anything has filled since.
 */
import { Fault } from '../../base/fault.ts';
import type { BrokerMargin } from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import { MINUTE } from '../../time/instant.ts';
import { Answered } from './connection.ts';
import { BECAME_AN_ORDER, type WhatIf } from './what-if.ts';

export interface MarginParts {
  readonly instruments: readonly Instrument[];
  readonly ask: (symbol: string, side: 1 | -1) => Promise<WhatIf>;
  /** The session's clock, microseconds since 1970. */
  readonly now: () => number;
  /** How many executions were heard of: what was asked before one is not true of an option after it. */
  readonly executions: () => number;
  /** A question became an order: nothing may be done any more. */
  readonly onOrder: (fault: Fault) => void;
}

/** Microseconds until a number is asked for again. */
const GOOD_US = 10 * MINUTE;
/** So many instruments are asked for at most; of the others the own number is all there is. */
export const MARGINS_MAX = 100;

interface Question {
  readonly symbol: string;
  readonly side: 1 | -1;
  readonly isOption: boolean;
  askedAt: number;
  executions: number;
  /** What it was answered, as long as it was not told. */
  news: BrokerMargin | undefined;
}

export class MarginBook {
  private readonly parts: MarginParts;
  private readonly questions = new Map<string, readonly Question[]>();
  private readonly instruments: ReadonlyMap<string, Instrument>;
  private isAsking = false;
  private isClosed = false;

  constructor(parts: MarginParts) {
    this.parts = parts;
    this.instruments = new Map(parts.instruments.map((instrument) => [instrument.symbol, instrument]));
    const rank = ({ future, option }: Instrument): number => (future !== undefined ? 0 : option === undefined ? 1 : 2);
    for (const { symbol } of parts.instruments.toSorted((a, b) => rank(a) - rank(b))) this.add(symbol);
  }

  /** An instrument is traded or held: it is asked for before others, and where there were too many. */
  want(symbol: string): void {
    const known = this.questions.get(symbol);
    if (known === undefined) {
      if (!this.instruments.has(symbol)) return;
      // The last of those that nobody trades makes room.
      if (this.questions.size >= MARGINS_MAX) this.questions.delete([...this.questions.keys()].at(-1)!);
      this.add(symbol);
    }
    const own = this.questions.get(symbol)!;
    const others = [...this.questions].filter(([name]) => name !== symbol);
    this.questions.clear();
    for (const [name, questions] of [[symbol, own] as const, ...others]) this.questions.set(name, questions);
  }

  /** What is news, once; and begins to ask for what is old. */
  told(): readonly BrokerMargin[] {
    const now = this.parts.executions();
    const news: BrokerMargin[] = [];
    for (const question of this.all) {
      // What was held when it was asked is held no more: what follows is asked anew.
      if (question.news !== undefined && !(question.isOption && question.executions !== now)) news.push(question.news);
      question.news = undefined;
    }
    void this.ask();
    return news;
  }

  close(): void {
    this.isClosed = true;
  }

  private get all(): Question[] {
    return [...this.questions.values()].flat();
  }

  private add(symbol: string): void {
    const instrument = this.instruments.get(symbol);
    if (instrument === undefined || this.questions.size >= MARGINS_MAX) return;
    const isOption = instrument.option !== undefined;
    const sides = isOption ? ([-1] as const) : ([1, -1] as const);
    const blank = { symbol, isOption, askedAt: -Infinity, executions: -1, news: undefined };
    this.questions.set(
      symbol,
      sides.map((side) => ({ ...blank, side })),
    );
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      for (let next = this.stale(); next !== undefined && !this.isClosed; next = this.stale()) await this.one(next);
    } finally {
      this.isAsking = false;
    }
  }

  private stale(): Question | undefined {
    const now = this.parts.now();
    const executions = this.parts.executions();
    return this.all.find(
      (one) => now - one.askedAt > GOOD_US || (one.isOption && one.executions !== executions && one.executions >= 0),
    );
  }

  private async one(question: Question): Promise<void> {
    const { symbol, side } = question;
    question.executions = this.parts.executions();
    question.askedAt = this.parts.now();
    try {
      const { initial, maintenance } = await this.parts.ask(symbol, side);
      // What closes or protects something ties up nothing more: that is no margin of one that opens.
      if (initial > 0 && maintenance > 0) question.news = { symbol, side, initial, maintenance };
    } catch (error) {
      if (error instanceof Fault && error.code === BECAME_AN_ORDER) this.parts.onOrder(error);
      // A number that cannot be had is none, and the own one counts; where nobody answers the rest waits for its turn.
      else if (!(error instanceof Answered)) for (const one of this.all) one.askedAt = this.parts.now();
    }
  }
}
