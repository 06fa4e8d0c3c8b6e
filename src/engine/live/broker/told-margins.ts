/**
 * What the broker says that one more unit of an instrument would tie up, as long as that is still true.
 *
 * It is asked again every few minutes; what is older than half an hour does not count any more. Of an option it depends on
 * what else is held of its underlying: it counts until something of that has moved.
 */
import { MINUTE } from '../../../time/instant.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { BrokerMargin } from './reports.ts';

/** Microseconds for which what was said counts. */
const GOOD_US = 30 * MINUTE;

interface Said {
  readonly margin: BrokerMargin;
  readonly at: number;
  /** Of an option: what was held of its underlying and of all contracts on it. */
  readonly held: string;
}

export class ToldMargins {
  private readonly said = new Map<string, Said>();

  /** The broker has said something of these; what it said of others stays. */
  heard(margins: readonly BrokerMargin[], ledger: Ledger, at: number): void {
    for (const margin of margins) {
      const instrument = ledger.instruments.findIndex(({ symbol }) => symbol === margin.symbol);
      if (instrument < 0) continue;
      this.said.set(keyOf(margin.symbol, margin.side), { margin, at, held: heldBeside(ledger, instrument) });
    }
  }

  /** What one more unit ties up, of what is no option; undefined where it was not said, or long ago. */
  of(symbol: string, side: number, now: number): BrokerMargin | undefined {
    const said = this.said.get(keyOf(symbol, side));
    return said !== undefined && now - said.at <= GOOD_US ? said.margin : undefined;
  }

  /** What selling one more of an option ties up, with what is held now. */
  ofSale(ledger: Ledger, instrument: number, now: number): number | undefined {
    const { symbol } = ledger.instruments[instrument];
    const margin = this.of(symbol, -1, now);
    if (margin === undefined) return undefined;
    return this.said.get(keyOf(symbol, -1))?.held === heldBeside(ledger, instrument) ? margin.initial : undefined;
  }
}

function keyOf(symbol: string, side: number): string {
  return `${side > 0 ? '+' : '-'}${symbol}`;
}

/** All that is held of an option's underlying and of contracts on it, as one text. */
function heldBeside({ options, positions }: Ledger, instrument: number): string {
  const underlying = options?.contracts[instrument]?.underlying;
  if (options === undefined || underlying === undefined) return '';
  const group = [underlying, ...(options.on.get(underlying) ?? []).map((contract) => contract.instrument)];
  const held = group.map((each) => [each, positions.reduce((sum, own) => sum + own[each].quantity, 0)] as const);
  return held
    .filter(([, quantity]) => quantity !== 0)
    .map(([each, quantity]) => `${each}:${quantity}`)
    .join();
}
