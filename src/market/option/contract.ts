/**
 * From an OCC symbol to an instrument: what the name does not say, the class does.
 *
 * An adjusted contract (a root that ends in a digit) stands for something else than a hundred shares, and nothing in
 * its name says what. It is refused unless the deliverable is told, because every formula would be wrong about it.
 */
import { Fault, show } from '../../base/fault.ts';
import { formatOcc, parseOcc } from '../../options/occ.ts';
import { defineInstrument, type Deliverable, type Instrument, type InstrumentOptions } from '../instrument.ts';
import { optionClass } from './roots.ts';

export interface OccInstrumentOptions {
  /** What one adjusted contract delivers: from the clearing house's memo. */
  readonly deliverable?: Deliverable;
  /** The share an adjusted contract is on; its root without the digit when left out. */
  readonly underlying?: string;
  /** Money per point and contract; 100 unless told. */
  readonly multiplier?: number;
  /** Price steps; those of the class where they are known, any price where not. */
  readonly tick?: InstrumentOptions['tick'];
}

/** The parts of a contract's name. */
export interface ContractName {
  readonly root: string;
  readonly right: 'call' | 'put';
  /** `YYYY-MM-DD` */
  readonly expiry: string;
  readonly strike: number;
}

/**
 * Returns the instrument of an OCC symbol, padded or not; its own symbol is never padded.
 * Faults: `occ.malformed`, `occ.no-such-date`, and `option.adjusted` for an adjusted contract without a deliverable.
 */
export function occInstrument(symbol: string, options: OccInstrumentOptions = {}): Instrument {
  const parsed = parseOcc(symbol);
  if (!parsed.ok) throw new Fault(parsed.code, parsed.rule);
  return contractInstrument(parsed, options);
}

/** The same from the parts of the name; parts that make no OCC symbol are the fault `option.no-symbol`. */
export function contractInstrument(name: ContractName, options: OccInstrumentOptions = {}): Instrument {
  const { root, right, expiry, strike } = name;
  const symbol = formatOcc(name);
  if (symbol === undefined) {
    const rule = `no OCC symbol can be made of root ${show(root)}, expiry ${expiry}, ${right} and strike ${strike}`;
    throw new Fault('option.no-symbol', rule);
  }
  const isPlain = Object.keys(options).length === 0;
  const known = isPlain ? plainContracts.get(symbol) : undefined;
  if (known !== undefined) return known;
  const { deliverable, multiplier } = options;
  const isAdjusted = /\d$/.test(root);
  if (isAdjusted && deliverable === undefined) {
    const rule = `${symbol} is an adjusted contract: what it delivers is not in its name`;
    throw new Fault('option.adjusted', rule, {}, 'tell its deliverable, or leave it out');
  }
  const { underlying, style, settlement, settledAt, calendar, ticks } = optionClass(root);
  const tick = options.tick ?? ticks;
  const contract = defineInstrument({
    symbol,
    kind: 'option',
    calendar,
    ...(tick === undefined ? {} : { tick }),
    ...(multiplier === undefined ? {} : { multiplier }),
    option: {
      root,
      underlying: options.underlying ?? (isAdjusted ? root.replace(/\d$/, '') : underlying),
      right,
      strike,
      expiry,
      style,
      settlement,
      settledAt,
      ...(deliverable === undefined ? {} : { deliverable }),
    },
  });
  if (isPlain) plainContracts.set(symbol, contract);
  return contract;
}

/** Contracts by symbol: the same name is the same contract, and a year of chains names each some hundred times. */
const plainContracts = new Map<string, Instrument>();
