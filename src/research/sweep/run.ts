/**
 * Plays one point of a sweep: the same deck that a single run plays, of which only the figures are kept.
 */
import { Deck } from '../../engine/deck.ts';
import type { DeckOptions } from '../../engine/deck-options.ts';
import { countTrades } from '../../engine/ledger/merge-trades.ts';
import type { SessionReturns } from '../../engine/ledger/session-returns.ts';
import type { TapeSlice } from '../../market/tape.ts';
import type { MetricId } from '../../stats/metric.ts';
import { playUntilHopeless, type StopRule } from './early-stop.ts';
import { areLean, leanFigures, momentsFor, type Figures, type ReturnMoments } from './figures.ts';
import type { Parameters } from './points.ts';

/** What the runs of a sweep share. */
export interface SweepSubject {
  /** Options of a deck for one point; each call gives new controls, because some remember. */
  options(parameters: Parameters): DeckOptions;
  readonly slice: TapeSlice;
  /** Figures of every row. */
  readonly figures: readonly MetricId[];
  readonly periodsPerYear: number;
  /** Ends a run early where it holds; left out, every run is played to its end. */
  readonly stopRule?: StopRule | undefined;
  /** Makes figures that are not lean out of a finished deck. */
  readonly allFigures: (deck: Deck) => Figures;
}

/** One played point. */
export interface SweepRow {
  /** Number of the point. */
  readonly index: number;
  readonly parameters: Parameters;
  readonly figures: Figures;
  readonly finalEquity: number;
  readonly trades: number;
  /** Whether the account was wiped out before the tape ended. */
  readonly ruined: boolean;
  /** Whether it was stopped early, by a rule that was asked for: its figures are those of the part that was played. */
  readonly stopped: boolean;
}

/** A row, and the sessions it comes from: who wants their returns asks while visiting, for the next run writes over them. */
export interface PlayedPoint {
  readonly row: SweepRow;
  readonly sessions: SessionReturns;
  /** Mean and variance of the sessions' returns, where a figure of the row needed them. */
  readonly moments: ReturnMoments | undefined;
}

/** Plays points one after the other. */
export class PointPlayer {
  private readonly subject: SweepSubject;
  private readonly isLean: boolean;
  /** Columns of a run's sessions; the next run writes over them. */
  private readonly columns: Float64Array[] = [];
  private taken = 0;

  constructor(subject: SweepSubject) {
    this.subject = subject;
    this.isLean = areLean(subject.figures);
  }

  /** Plays a point; `visit` sees the deck before it lets go of its memory. */
  play(index: number, parameters: Parameters, visit?: (played: PlayedPoint, deck: Deck) => void): PlayedPoint {
    const { subject } = this;
    const deck = new Deck(subject.options(parameters));
    const { stopRule, slice, periodsPerYear } = subject;
    const stopped = stopRule !== undefined && playUntilHopeless(deck, slice, stopRule, parameters, periodsPerYear);
    if (stopRule === undefined) deck.play(slice);
    const figuresOfAll = this.finish(deck);
    this.taken = 0;
    const sessions = deck.equity.returns(this.memory);
    const { ledger } = deck;
    const isLong = figuresOfAll === undefined && sessions.count >= 2;
    const moments = isLong ? momentsFor(subject.figures, sessions) : undefined;
    const figures =
      figuresOfAll ??
      (isLong
        ? leanFigures(subject.figures, sessions, ledger, periodsPerYear, moments)
        : { trades: countTrades(ledger.trades) });
    const row: SweepRow = {
      index,
      parameters,
      figures,
      finalEquity: ledger.equity(),
      trades: countTrades(ledger.trades),
      ruined: deck.ruinedAt !== undefined,
      stopped,
    };
    const played = { row, sessions, moments };
    visit?.(played, deck);
    deck.release();
    return played;
  }

  /** Ends the run; makes a result only where one is needed. */
  private finish(deck: Deck): Figures | undefined {
    if (!this.isLean) return this.subject.allFigures(deck);
    const nothingLeft =
      deck.conventions.end === 'keep' &&
      !deck.endings.mayEndWithTape &&
      deck.hosts.every(({ handlers }) => handlers.onEnd === undefined);
    if (!nothingLeft) deck.end();
    return undefined;
  }

  private readonly memory = (length: number): Float64Array => {
    const place = this.taken++;
    if (this.columns[place]?.length !== length) this.columns[place] = new Float64Array(length);
    return this.columns[place];
  };
}
