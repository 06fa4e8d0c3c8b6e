/**
 * Which symbols may be traded: a list of those allowed, a list of those that are not, and those that are halted now.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { Control, Refusal } from '../gate/gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { askedAgain } from './asked-again.ts';
import { refuse } from './format.ts';
import { onlyReduces } from './reduces.ts';

/** Refuses what is not among `symbols`; an option counts as its underlying. */
export function allowedSymbols(symbols: readonly string[]): Control {
  const allowed = new Set(symbols);
  return {
    name: 'allowed',
    sentence: `Orders are only taken for ${listed(symbols)}.`,
    check(intent, { ledger }) {
      const instrument = ledger.instruments[intent.instrument];
      return isNamed(allowed, instrument)
        ? undefined
        : refuse('symbol.not-allowed', `${instrument.symbol} is not among the symbols allowed: ${listed(symbols)}`);
    },
  };
}

/** Refuses to open anything in `symbols` and the options on them. */
export function restrictedSymbols(symbols: readonly string[]): Control {
  const restricted = new Set(symbols);
  return {
    name: 'restricted',
    sentence: `Nothing is opened in ${listed(symbols)}.`,
    check(intent, { ledger }) {
      const instrument = ledger.instruments[intent.instrument];
      return isNamed(restricted, instrument) && !onlyReduces(intent, ledger)
        ? refuse('symbol.restricted', `${instrument.symbol} is restricted: it can only be closed`)
        : undefined;
    },
  };
}

/** The symbols whose market stands still, and for how long after that nothing is sent. */
export class Halts {
  readonly control: Control;
  private readonly waitUs: number;
  /** By instrument: since when and why, and when it ended. */
  private readonly halts = new Map<number, { readonly reason: string; resumedAt: number }>();

  constructor(waitSeconds: number) {
    this.waitUs = waitSeconds * 1e6;
    this.control = askedAgain({
      name: 'halted',
      sentence: `No orders while a symbol is halted, and for ${waitSeconds} s after it.`,
      check: ({ instrument }, { ledger, now }) => this.against(instrument, ledger, now),
    });
  }

  /** Why nothing is sent in an instrument now, an Instant; `undefined` where it trades. */
  against(instrument: number, { options, instruments }: Ledger, now: number): Refusal | undefined {
    if (this.halts.size === 0) return undefined;
    const own = this.halts.get(instrument);
    const book = options?.contracts[instrument];
    const halt = own ?? (book === undefined ? undefined : this.halts.get(book.underlying));
    if (halt === undefined || now >= halt.resumedAt + this.waitUs) return undefined;
    const { symbol } = instruments[instrument];
    const left = (halt.resumedAt + this.waitUs - now) / 1e6;
    return halt.resumedAt === Infinity
      ? refuse('symbol.halted', `${symbol} is halted: ${halt.reason}`)
      : refuse('symbol.halted', `${symbol} trades again, orders are taken in ${left.toFixed(1)} s`);
  }

  halt(instrument: number, reason: string): void {
    this.halts.set(instrument, { reason, resumedAt: Infinity });
  }

  resume(instrument: number, at: number): void {
    const halt = this.halts.get(instrument);
    if (halt !== undefined) halt.resumedAt = Math.min(halt.resumedAt, at);
  }

  /**
   * Nobody listened for a while until `at`, and the end of a halt is told once: what was halted is taken to trade again from
   * here on. What does not has no quote to trade on.
   */
  unheard(at: number): void {
    for (const instrument of this.halts.keys()) this.resume(instrument, at);
  }

  isHalted(instrument: number): boolean {
    return this.halts.get(instrument)?.resumedAt === Infinity;
  }
}

function isNamed(symbols: ReadonlySet<string>, { symbol, option }: Instrument): boolean {
  return symbols.has(symbol) || (option !== undefined && symbols.has(option.underlying));
}

function listed(symbols: readonly string[]): string {
  return symbols.length <= 8 ? symbols.join(', ') : `${symbols.slice(0, 8).join(', ')} and ${symbols.length - 8} more`;
}
