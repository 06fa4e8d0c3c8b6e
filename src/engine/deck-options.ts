/**
 * What a deck is told before it plays: the tape, the strategies, the account, and the rules.
 */
import type { TapeInfo } from '../market/tape.ts';
import type { Calendar } from '../time/calendar.ts';
import type { StreamShape } from './feeds/feeds.ts';
import type { Control } from './gate/gate.ts';
import type { LimitSettings } from './limits/settings.ts';
import type { DeckVenue, VenueParts } from './ports.ts';
import type { RunResult } from './result.ts';
import type { Conventions } from './sim/conventions.ts';
import type { DeckState } from './state/state.ts';
import type { AnyStrategy } from './strategy/strategy.ts';
import type { TraceWindow } from './journal/trace.ts';
import type { Membership } from './play/universe.ts';

export interface DeckOptions {
  readonly tape: TapeInfo;
  /** What the tape consists of: needed before its first row. */
  readonly streams: readonly StreamShape[];
  /** Rows on the tape, when known. */
  readonly rows?: number;
  readonly strategies: readonly {
    readonly definition: AnyStrategy;
    readonly parameters?: Readonly<Record<string, unknown>>;
  }[];
  readonly cash: number;
  readonly currency?: string;
  readonly conventions?: Conventions;
  /** Makes the venue; left out, it is a simulated one with the conventions' models. */
  readonly venue?: (parts: VenueParts) => DeckVenue;
  /** Controls of the gate that come before all others: whether orders may be sent at all. */
  readonly first?: readonly Control[];
  /** The numbers of the pre-trade controls; left out, there are none of them. */
  readonly limits?: LimitSettings;
  /** Orders go to a broker, which must get none without a limit where there is a collar. */
  readonly isForBroker?: boolean;
  /** Controls of the gate, after those every order passes. */
  readonly controls?: readonly Control[];
  /** Calendar of each instrument by name; left out, markets never close. */
  readonly calendarOf?: (name: string) => Calendar;
  readonly seed?: number;
  /** What results are labelled as, by how the deck is wired; `backtest` when left out. */
  readonly mode?: RunResult['mode'];
  /** Dated membership; left out, every instrument always belongs. */
  readonly universe?: readonly Membership[];
  /** Fixed rates, base currency per unit of another, where no currency pair on the tape gives them. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Goes on from here: what `saveState` gave. The tape then begins after it, and `cash` is only what was started with. */
  readonly restore?: DeckState;
  /** Records what strategies saw in this window: see `trace.ts`. */
  readonly trace?: TraceWindow;
  /**
   * When the account opens, an Instant; left out, with the tape. Rows before it are history: indicators warm up on
   * them, nothing is decided, and nothing is valued.
   */
  readonly opensAt?: number;
}
