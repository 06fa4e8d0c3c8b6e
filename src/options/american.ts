/**
 * American options to 1e-8 of the strike and better, by the boundary method of Andersen, Lake and Offengenden.
 *
 * Where interest outruns vol, the boundary is followed in turns, and where that has made the end too far away to matter
 * the value is that of a put without an end. Should a boundary still not settle, a tree answers.
 * A call is priced as the mirrored put (spot and strike, rate and yield exchanged). Where early exercise never pays the
 * European value is returned; where it would pay between two boundaries (a put with yield < rate < 0, a call with
 * rate < yield < 0) the method does not hold and is refused: the tree of `tree.ts` prices those.
 */
import { Fault } from '../base/fault.ts';
import { quickExp } from '../base/exponential.ts';
import { SQRT_TWO_PI, upperTailRatio } from '../base/normal.ts';
import { assertInputs, type OptionInputs } from './contract.ts';
import { europeanGreeks, europeanPrice, Greeks } from './european.ts';
import { type BoundaryScheme, ExerciseBoundary } from './exercise-boundary.ts';
import { isPerpetual, perpetualPut } from './perpetual.ts';
import { treeValue } from './tree.ts';

/** The boundary is known to a five-millionth: a hundredth of that is left in the price. */
const ORDINARY = { enough: 2e-7, settled: 3e-6 };

/** About 1e-8 of the strike at worst while σ√T is below 0.12: a month or two of most shares. */
export const AMERICAN_SHORT: BoundaryScheme = { ...ORDINARY, degree: 10, steps: 4, innerNodes: 9, outerNodes: 48 };
/** The same for σ√T up to 0.29. */
export const AMERICAN_MIDDLE: BoundaryScheme = { ...ORDINARY, degree: 13, steps: 4, innerNodes: 10, outerNodes: 52 };
/** The same for σ√T up to 0.56. */
export const AMERICAN_LONG: BoundaryScheme = { ...ORDINARY, degree: 15, steps: 4, innerNodes: 13, outerNodes: 52 };
/** The same where interest outruns vol, and the premium is earned close to the boundary. */
export const AMERICAN_STEEP: BoundaryScheme = { ...ORDINARY, degree: 15, steps: 4, innerNodes: 13, outerNodes: 64 };
/** The same where it does so by far. */
export const AMERICAN_STEEPEST: BoundaryScheme = { ...ORDINARY, degree: 18, steps: 6, innerNodes: 14, outerNodes: 88 };
/** The same where vol or time is large and the boundary bends more. */
export const AMERICAN_WIDE: BoundaryScheme = { ...ORDINARY, degree: 18, steps: 5, innerNodes: 12, outerNodes: 52 };
/** The same for σ√T of 1 to 2.5, or where interest or dividends are large beside the vol. */
const WIDER: BoundaryScheme = { enough: 2e-8, settled: 1e-6, degree: 20, steps: 6, innerNodes: 16, outerNodes: 88 };
/** The same for σ√T up to 6, as 100 % over thirty years. */
const WIDEST: BoundaryScheme = { settled: 1e-9, degree: 30, steps: 12, innerNodes: 48, outerNodes: 160 };
/** The same beyond, as 500 % over two years. */
const BOUNDLESS: BoundaryScheme = { settled: 1e-9, degree: 40, steps: 12, innerNodes: 64, outerNodes: 240 };
/** The same where rate and yield are small and nearly equal: the boundary then starts at a corner. */
const CORNERED: BoundaryScheme = { enough: 1e-9, settled: 1e-8, degree: 24, steps: 12, innerNodes: 40, outerNodes: 64 };
/** About 1e-12 of the strike where σ√T is below 1, 1e-9 up to 2.5; some fifty times the work. */
export const AMERICAN_EXACT: BoundaryScheme = { settled: 1e-9, degree: 24, steps: 12, innerNodes: 40, outerNodes: 160 };
/**
 * Tried in this order where the boundary of a scheme does not settle: small rates that are nearly equal upset the
 * iteration of some degrees and not of others.
 */
const OTHERS: readonly BoundaryScheme[] = [
  AMERICAN_EXACT,
  WIDEST,
  { ...AMERICAN_EXACT, degree: 20 },
  { ...AMERICAN_EXACT, degree: 15 },
];
/** For what an iteration of all nodes abreast does not reach. */
const IN_TURNS: BoundaryScheme = { settled: 1e-9, degree: 40, steps: 0, innerNodes: 64, outerNodes: 240 };

/** A boundary that still moves by so much in ln B has no fixed point within reach. */
const ADRIFT = 1e-3;

/** Below this σ√T the future is taken as certain. */
const CERTAIN = 1e-5;

// Tables of nodes and rows, the same for every option: built once per scheme, without memory of what was priced.
const boundaries = new Map<BoundaryScheme, ExerciseBoundary>();

/**
 * Returns the value of an American option, money per share.
 *
 * Throws the fault `option.two-boundaries` where early exercise pays only between two prices (see above).
 */
export function americanPrice(option: OptionInputs, scheme?: BoundaryScheme): number {
  assertInputs(option);
  return priceOrGreeks(option, scheme, undefined);
}

/** How the price moves with the underlying: exact derivatives of the same integral. */
export interface AmericanSlopes {
  delta: number;
  gamma: number;
}

function priceOrGreeks(
  option: OptionInputs,
  scheme: BoundaryScheme | undefined,
  slopes: AmericanSlopes | undefined,
): number {
  const { right, spot, strike, years, vol, rate, dividendYield } = option;
  const put = right === 'put';
  // As a put of the mirrored market: `asset` is what is given away, `cash` what is received.
  const asset = put ? spot : strike;
  const cash = put ? strike : spot;
  const cashRate = put ? rate : dividendYield;
  const assetRate = put ? dividendYield : rate;
  if (asset > 0 && cash > 0 && isPerpetual(years, vol, cashRate, assetRate)) {
    const value = perpetualPut(asset, cash, vol, cashRate, assetRate, slopes);
    if (slopes !== undefined && !put) mirror(slopes, value, option);
    return value;
  }
  if (!(asset > 0 && cash > 0 && vol * Math.sqrt(years) > CERTAIN)) return certainPut(option, slopes);
  // Early exercise earns at most the interest on the strike; a billionth of it is within the promise.
  if (cashRate <= 0 && assetRate >= cashRate) return european(option, slopes);
  if (cashRate > 0 && cashRate * years < 1e-9 && assetRate >= 0)
    return Math.max(cash - asset, european(option, slopes));
  if (cashRate < 0) {
    throw new Fault(
      'option.two-boundaries',
      `an American ${right} with rate ${rate} and dividend yield ${dividendYield} is exercised between two prices`,
      {},
      'price it with a tree',
    );
  }
  const boundary = settledBoundary(
    scheme ?? schemeFor(years, vol, cashRate, assetRate),
    years,
    vol,
    cashRate,
    assetRate,
  );
  if (boundary === undefined) return onTree(option, slopes);
  const log = Math.log(asset / cash);
  if (log <= boundary.logAtStart) {
    // Rates of a millionth leave the boundary to rounding; a European value above exercise proves that one waits.
    if (europeanPrice(option) > cash - asset) return european(option, slopes);
    if (slopes !== undefined) [slopes.delta, slopes.gamma] = [put ? -1 : 1, 0];
    return cash - asset;
  }
  const premium = exercisePremium(boundary, asset, cash, log, years, vol, cashRate, assetRate, slopes);
  if (slopes !== undefined) addEuropean(option, slopes, premium);
  return Math.max(cash - asset, europeanPrice(option) + premium);
}

/** A long life in units of vol, or interest that outruns vol, asks for the longer polynomial. */
function schemeFor(years: number, vol: number, cashRate: number, assetRate: number): BoundaryScheme {
  const apart = Math.abs(cashRate - assetRate);
  if (cashRate < 0.01 && apart < (cashRate < 0.001 ? 0.35 : 0.05) * cashRate) return CORNERED;
  const root = Math.sqrt(years);
  const deviation = vol * root;
  if (deviation > 6) return BOUNDLESS;
  if (deviation > 2.5) return WIDEST;
  if (Math.max(cashRate, apart) * root > 1.1 * vol) return AMERICAN_EXACT;
  if (deviation > 1 || (deviation > 0.56 && cashRate * root > 0.26 * vol)) return WIDER;
  if (deviation > 0.56) return AMERICAN_WIDE;
  if (cashRate * root > 0.7 * vol) return AMERICAN_STEEPEST;
  if (cashRate * root > 0.26 * vol) return AMERICAN_STEEP;
  if (deviation > 0.29) return AMERICAN_LONG;
  return deviation > 0.12 || cashRate * root > 0.2 * vol ? AMERICAN_MIDDLE : AMERICAN_SHORT;
}

/** The boundary by a scheme, or by the first other one that settles, or the one that moves least; none where all are adrift. */
function settledBoundary(
  scheme: BoundaryScheme,
  years: number,
  vol: number,
  cashRate: number,
  assetRate: number,
): ExerciseBoundary | undefined {
  const first = boundaryOf(scheme);
  let least = first.solve(years, vol, cashRate, assetRate);
  if (least <= scheme.settled) return first;

  let best = scheme;
  for (const other of OTHERS) {
    const boundary = boundaryOf(other);
    const toGo = boundary.solve(years, vol, cashRate, assetRate);
    if (toGo <= other.settled) return boundary;
    if (!(least <= toGo)) [best, least] = [other, toGo];
  }

  const inTurns = boundaryOf(IN_TURNS);
  const left = inTurns.solveInTurns(years, vol, cashRate, assetRate);
  if (left <= IN_TURNS.settled || left < least) return left <= ADRIFT ? inTurns : undefined;
  if (!(least <= ADRIFT)) return undefined;

  // Several schemes may share what is left: the best is followed once more.
  const again = boundaryOf(best);
  again.solve(years, vol, cashRate, assetRate);
  return again;
}

function boundaryOf(scheme: BoundaryScheme): ExerciseBoundary {
  let boundary = boundaries.get(scheme);
  if (boundary === undefined) boundaries.set(scheme, (boundary = new ExerciseBoundary(scheme)));
  return boundary;
}

/** Drift so strong against vol that the boundary does not settle: a long tree, good to about 1e-6 of the strike. */
function onTree(option: OptionInputs, slopes: AmericanSlopes | undefined): number {
  const { right, spot, strike, rate, dividendYield } = option;
  // As a put, which is worth no more than its strike: the upper nodes of a call may leave all numbers behind.
  const isPut = right === 'put';
  const put: OptionInputs = isPut
    ? option
    : { ...option, right: 'put', spot: strike, strike: spot, rate: dividendYield, dividendYield: rate };
  const { value, delta, gamma } = treeValue(put, { steps: 2001 });
  // With next to no vol the tree's probabilities are 0 and 1 and it has no answer.
  if (!(value >= 0 && value < Infinity)) return certainPut(option, slopes);
  if (slopes !== undefined) {
    [slopes.delta, slopes.gamma] = [delta, gamma];
    if (!isPut) mirror(slopes, value, option);
  }
  return Math.max(value, europeanPrice(option));
}

/** What the right to exercise early adds: the interest on the strike less the dividends missed, while exercised. */
function exercisePremium(
  boundary: ExerciseBoundary,
  asset: number,
  cash: number,
  log: number,
  years: number,
  vol: number,
  cashRate: number,
  assetRate: number,
  slopes: AmericanSlopes | undefined,
): number {
  const { outerZ, outerWeights, outerLogs } = boundary;
  const deviation = vol * Math.sqrt(years);
  const carry = cashRate - assetRate;
  let premium = 0;
  let delta = 0;
  let gamma = 0;
  for (let k = 0; k < outerZ.length; k++) {
    const z = outerZ[k];
    const time = years * z * z;
    const width = deviation * z;
    const d = (log - outerLogs[k] + carry * time) / width;
    const plus = d + 0.5 * width;
    const minus = d - 0.5 * width;
    const measure = 2 * years * z * outerWeights[k];
    const cashFlow = measure * cashRate * cash;
    const assetFlow = measure * assetRate;
    // Discounting and density in one exponential; the tails follow from it.
    const cashDensity = quickExp(-cashRate * time - 0.5 * minus * minus);
    const assetDensity = quickExp(-assetRate * time - 0.5 * plus * plus);
    const cashBeyond = cashDensity * upperTailRatio(Math.abs(minus));
    const assetBeyond = assetDensity * upperTailRatio(Math.abs(plus));
    const cashTail = minus >= 0 ? cashBeyond : quickExp(-cashRate * time) - cashBeyond;
    const assetTail = plus >= 0 ? assetBeyond : quickExp(-assetRate * time) - assetBeyond;
    premium += cashFlow * cashTail - assetFlow * asset * assetTail;
    if (slopes !== undefined) {
      const cashPull = (cashFlow * cashDensity) / (SQRT_TWO_PI * asset * width);
      const assetPull = (assetFlow * assetDensity) / (SQRT_TWO_PI * width);
      delta += assetPull - cashPull - assetFlow * assetTail;
      gamma += (cashPull * (1 + minus / width) + assetPull * (1 - plus / width)) / asset;
    }
  }
  if (slopes !== undefined) [slopes.delta, slopes.gamma] = [delta, gamma];
  return premium;
}

const plain = new Greeks();

function european(option: OptionInputs, slopes: AmericanSlopes | undefined): number {
  if (slopes === undefined) return europeanPrice(option);
  europeanGreeks(plain, option);
  [slopes.delta, slopes.gamma] = [plain.delta, plain.gamma];
  return plain.value;
}

/** Turns the premium's slopes in the mirrored asset into slopes in spot, and adds the European ones. */
function addEuropean(option: OptionInputs, slopes: AmericanSlopes, premium: number): void {
  europeanGreeks(plain, option);
  if (option.right === 'call') mirror(slopes, premium, option);
  slopes.delta += plain.delta;
  slopes.gamma += plain.gamma;
}

/** A value of (asset = strike, cash = spot) is homogeneous of degree one: Euler's theorem gives its slopes in cash. */
function mirror(slopes: AmericanSlopes, value: number, { spot, strike }: OptionInputs): void {
  slopes.delta = (value - strike * slopes.delta) / spot;
  slopes.gamma = (slopes.gamma * strike * strike) / (spot * spot);
}

/** Without chance: the best of exercising now, at the end, or at the time when waiting stops paying. */
function certainPut(option: OptionInputs, slopes: AmericanSlopes | undefined): number {
  const { right, spot, strike, years, rate, dividendYield } = option;
  const sign = right === 'call' ? 1 : -1;
  const worth = (time: number): number =>
    Math.max(0, sign * (spot * Math.exp(-dividendYield * time) - strike * Math.exp(-rate * time)));
  let time = worth(years) > worth(0) ? years : 0;
  const still = Math.log((rate * strike) / (dividendYield * spot)) / (rate - dividendYield);
  if (still > 0 && still < years && worth(still) > worth(time)) time = still;
  // What little chance is left is in the European value.
  const value = Math.max(worth(time), spot > 0 && strike > 0 ? europeanPrice(option) : 0);
  if (slopes !== undefined) [slopes.delta, slopes.gamma] = [value > 0 ? sign * Math.exp(-dividendYield * time) : 0, 0];
  return value;
}

/**
 * Writes value and greeks of an American option into `out` and returns it.
 *
 * Delta and gamma are exact derivatives, theta follows from them by the pricing equation, vega and rho are central
 * differences of the price. Units as in `Greeks`. Where the option is exercised at once only delta is left.
 */
export function americanGreeks(out: Greeks, option: OptionInputs, scheme?: BoundaryScheme): Greeks {
  assertInputs(option);
  const slopes: AmericanSlopes = { delta: 0, gamma: 0 };
  const { right, spot, strike, vol, rate, dividendYield } = option;
  out.value = priceOrGreeks(option, scheme, slopes);
  out.delta = slopes.delta;
  out.gamma = slopes.gamma;
  const exercised = out.value === Math.max(0, right === 'call' ? spot - strike : strike - spot);
  if (exercised && slopes.gamma === 0) {
    out.theta = out.vega = out.rho = 0;
    return out;
  }
  const carried = rate * out.value - (rate - dividendYield) * spot * out.delta;
  out.theta = carried - 0.5 * vol * vol * spot * spot * out.gamma;
  const volStep = Math.min(1e-3, 0.1 * vol);
  const moved = { ...option };
  moved.vol = vol + volStep;
  const up = priceOrGreeks(moved, scheme, undefined);
  moved.vol = vol - volStep;
  out.vega = volStep > 0 ? (up - priceOrGreeks(moved, scheme, undefined)) / (2 * volStep) : 0;
  moved.vol = vol;
  const rateStep = 1e-4;
  moved.rate = rate + rateStep;
  const rateUp = priceOrGreeks(moved, scheme, undefined);
  moved.rate = rate - rateStep;
  out.rho = (rateUp - priceOrGreeks(moved, scheme, undefined)) / (2 * rateStep);
  return out;
}
