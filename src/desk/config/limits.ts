/**
 * What a deck says about limits: each number of the pre-trade controls by its own key, and which set they start from.
 *
 * A backtest and paper start from none, and the six oldest keys mean there what they always meant: one is the other's
 * proof. Rehearsal and live start from the defaults of `LIVE_LIMITS`; so does any deck that says `limits: live`.
 */
import { z } from 'zod';
import {
  CANARY_LIMITS,
  drawdownLimit,
  grossExposureLimit,
  LIVE_LIMITS,
  orderQuantityLimit,
  orderValueLimit,
  positionShareLimit,
  workingOrderLimit,
  type Control,
  type LimitSettings,
} from '../../engine/index.ts';
import { MARGIN_REGIMES, REGIME_NAMES } from '../wiring/margin-regimes.ts';
import { canonical } from '../run/identity.ts';
import { digest } from '../run/folder.ts';
import type { DeckConfig } from './schema.ts';

const off = z.literal('off');
const positive = (text: string) => z.union([z.number().positive(), off]).optional().describe(text);
const whole = (text: string) => z.union([z.int().positive(), off]).optional().describe(text);
const share = (text: string) =>
  z
    .union([z.number().positive().max(100), off])
    .optional()
    .describe(text);
const minutes = (text: string) =>
  z
    .union([z.number().min(0).max(600), off])
    .optional()
    .describe(text);
const refusal = (text: string) => z.enum(['refuse', 'off']).optional().describe(text);
const symbols = (text: string) => z.array(z.string().min(1)).optional().describe(text);

/** Keys of the settings that have one number for all kinds of instruments. */
const settingsSchema = z.strictObject({
  defaults: z
    .enum(['live', 'none'])
    .optional()
    .describe('Where the others start: none in a backtest, live in a session. `off` takes one out.'),
  minimumValue: positive('Least money in an order that opens.'),
  allow: symbols('The only symbols that are traded, with the options on them.'),
  restricted: symbols('Symbols in which nothing is opened.'),
  haltWait: positive('Seconds without orders after a halt.'),
  session: z.enum(['regular', 'extended', 'off']).optional().describe('Hours in which orders are taken.'),
  openCutoff: minutes('Minutes before the opening auction from which it takes no orders.'),
  closeCutoff: minutes('Minutes before the closing auction from which it takes no orders.'),
  quoteAge: positive('Oldest quote, in seconds.'),
  optionQuoteAge: positive('Oldest quote of an option, in seconds.'),
  spread: share('Widest spread, as a share of the middle.'),
  optionSpread: share('Widest spread of an option, as a share of the middle.'),
  collar: z
    .union([z.number().positive().max(1), z.enum(['by-price', 'off'])])
    .optional()
    .describe('How far from the far side a limit may be: a share, or by-price (3, 5, 10 %).'),
  optionCollar: share('The same for options, of the middle; three ticks at least.'),
  passiveCollar: z.boolean().optional().describe('Whether limits that open must be near on the passive side as well.'),
  orderQuantity: positive('Most units in one order.'),
  orderContracts: positive('Most option contracts in one order.'),
  orderValue: positive('Most money in one order.'),
  orderShare: share('Most of the account in one order; 0.05 is 5 %.'),
  orderVolume: share('Most of the average volume of a day in one order.'),
  duplicate: positive('Seconds in which the same order is not taken twice.'),
  ordersPerSecond: positive('Orders per second of a strategy.'),
  orderBurst: whole('Orders of a strategy that may come at once.'),
  symbolOrdersPerMinute: positive('Orders per minute in one symbol.'),
  messagesPerMinute: whole('Messages per minute of the account.'),
  reservedMessages: z.number().min(0).max(0.9).optional().describe('Share of them that is kept for cancels.'),
  workingOrders: whole('Most orders at work at once.'),
  symbolOrders: whole('Most orders at work at once in one symbol.'),
  ordersPerFill: positive('Most orders in an hour for each that fills.'),
  selfCross: refusal('Whether orders of the account may meet each other.'),
  positionQuantity: positive('Most units of one instrument.'),
  positionShare: share('Most of the account in one position; 0.25 is 25 %.'),
  groupShare: share('Most of the account in one underlying with its options.'),
  grossExposure: positive('Most of the account in all positions; 1 is 100 %.'),
  netExposure: positive('Most of the account in long less short.'),
  strategyExposure: positive('Most of the account in all that one strategy holds.'),
  shorts: refusal('Whether anything but options may be sold short.'),
  buyingPower: z.enum(['own', 'own-and-broker', 'off']).optional().describe('By which rules an order must be payable.'),
  optionLevel: z
    .union([z.int().min(0).max(4), off])
    .optional()
    .describe('What the account may do with options.'),
  contracts: whole('Most contracts on one underlying.'),
  shortDelta: positive('Most delta of the options sold, as a share of the account.'),
  shortGamma: positive('Most gamma of the options sold for 1 %, as a share of the account.'),
  shortVega: positive('Most vega of the options sold for one point, as a share of the account.'),
  expiryCutoff: minutes('Minutes before the end of its trading from which a contract is not opened.'),
  exDividend: refusal('Whether calls may be sold that a dividend makes worth exercising.'),
  dayLoss: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('Loss of a day after which nothing opens.'),
  strategyDayLoss: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('The same of one strategy.'),
  drawdown: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('Loss from the peak after which nothing is opened.'),
  haltAt: z
    .union([z.number().min(1).max(100), off])
    .optional()
    .describe('At how many times a loss limit nothing passes any more.'),
  rejects: whole('Rejections in a row after which a strategy pauses.'),
  slippageSigma: positive('Deviations of slippage after which a strategy pauses.'),
  fillsPerMinute: whole('Fills per minute after which a strategy pauses.'),
  marginRegime: z
    .enum([...REGIME_NAMES, 'off'])
    .optional()
    .describe('Whose day-trading rule holds.'),
  canaryOrders: whole('How many orders must stay small first.'),
  canaryShare: share('Most of the account in each of them.'),
  armed: z
    .string()
    .regex(/^[0-9a-f]{12}$/, 'must be the twelve digits that `tradedeck limits` prints')
    .optional()
    .describe('The deck that was confirmed; a deck that has changed since sends nothing.'),
});

export const limitsSchema = z.union([z.enum(['live', 'none']), settingsSchema]).describe('What the risk gate refuses.');

type LimitsGiven = z.output<typeof settingsSchema>;

/** The limits of a deck, ready for the engine. */
export interface Limits {
  /** Left out where there are none. */
  readonly settings?: LimitSettings;
  /** Those of a backtest that starts from none. */
  readonly controls: readonly Control[];
  /** What the deck allows beyond the defaults of its mode, in words. */
  readonly loosened: readonly string[];
}

/**
 * Names a deck by all that decides, but for the confirmation itself and what a session fills in by the day: its mode, its
 * span, the cash of the account.
 */
export function armingHash(config: DeckConfig): string {
  const { limits, name: _name, output: _output, mode: _mode, account, tape, ...deciding } = config;
  const { armed: _armed, ...rest } = typeof limits === 'object' ? limits : { armed: '', word: limits };
  const { cash: _cash, ...terms } = account ?? {};
  const { start: _start, end: _end, ...prices } = tape;
  return digest(canonical({ ...deciding, account: terms, tape: prices, limits: rest })).slice(0, 12);
}

/** Returns what the gate of a deck refuses. */
export function limitsOf(config: DeckConfig): Limits {
  const { limits = {}, mode = 'backtest' } = config;
  const given: LimitsGiven = typeof limits === 'string' ? { defaults: limits } : limits;
  const isAtBroker = mode === 'rehearsal' || mode === 'live';
  const word = given.defaults ?? (isAtBroker ? 'live' : 'none');
  const canaries = mode === 'live' ? CANARY_LIMITS : {};
  const armed = given.armed === undefined ? {} : { armed: given.armed === armingHash(config) };
  if (word === 'none') {
    const controls = plainControls(given);
    const settings = { ...settingsOf(withoutPlain(given), {}), ...armed };
    const isAny = Object.keys(settings).length > 0;
    return { ...(isAny ? { settings } : {}), controls, loosened: isAtBroker ? ['all defaults'] : [] };
  }
  const base: LimitSettings = { ...LIVE_LIMITS, ...canaries };
  const settings = { ...settingsOf(given, base), ...armed };
  return { settings, controls: [], loosened: isAtBroker ? loosenedOf(settings, base) : [] };
}

/** The six keys that backtests have always had, as the controls that they always were. */
const PLAIN = ['orderQuantity', 'orderValue', 'positionShare', 'grossExposure', 'workingOrders', 'drawdown'] as const;

function withoutPlain(given: LimitsGiven): LimitsGiven {
  return Object.fromEntries(Object.entries(given).filter(([key]) => !PLAIN.some((plain) => plain === key)));
}

function plainControls(given: LimitsGiven): Control[] {
  const make = {
    orderQuantity: orderQuantityLimit,
    orderValue: orderValueLimit,
    positionShare: positionShareLimit,
    grossExposure: grossExposureLimit,
    workingOrders: workingOrderLimit,
    drawdown: drawdownLimit,
  };
  return PLAIN.flatMap((key) => {
    const value = given[key];
    return typeof value === 'number' ? [make[key](value)] : [];
  });
}

/** Lays what a deck says over a base. */
function settingsOf(given: LimitsGiven, base: LimitSettings): LimitSettings {
  const {
    defaults: _defaults,
    armed: _armed,
    optionQuoteAge,
    optionSpread,
    orderContracts,
    quoteAge,
    spread,
    orderQuantity,
    collar,
    marginRegime,
    ...same
  } = given;
  const pairs = {
    quoteAge: pairOf(quoteAge, optionQuoteAge, base.quoteAge),
    spread: pairOf(spread, optionSpread, base.spread),
    orderQuantity: pairOf(orderQuantity, orderContracts, base.orderQuantity),
  };
  const bands =
    typeof collar === 'number' ? [{ above: 0, share: collar }] : collar === 'by-price' ? LIVE_LIMITS.collar : collar;
  const regimes = marginRegime === undefined || marginRegime === 'off' ? marginRegime : MARGIN_REGIMES[marginRegime];
  const laid = { ...base, ...defined({ ...same, ...pairs, collar: bands, marginRegime: regimes }) };
  return Object.fromEntries(Object.entries(laid).filter(([, value]) => value !== 'off'));
}

/** A number for shares and one for options; where one is left out, the base's, else none. */
function pairOf(
  shares: number | 'off' | undefined,
  options: number | 'off' | undefined,
  base: { readonly shares: number; readonly options: number } | undefined,
): { readonly shares: number; readonly options: number } | 'off' | undefined {
  if (shares === undefined && options === undefined) return undefined;
  const one = (value: number | 'off' | undefined, other: number): number => (value === 'off' ? NONE : (value ?? other));
  const pair = { shares: one(shares, base?.shares ?? NONE), options: one(options, base?.options ?? NONE) };
  return pair.shares === NONE && pair.options === NONE ? 'off' : pair;
}

/** No limit, as a number that JSON can hold. */
const NONE = Number.MAX_VALUE;

/** Settings of which more is less strict; of all others any change is told. */
const STRICTER_WHEN_LARGER: ReadonlySet<string> = new Set([
  'minimumValue',
  'haltWait',
  'openCutoff',
  'closeCutoff',
  'duplicate',
  'expiryCutoff',
  'reservedMessages',
  'canaryOrders',
]);

function loosenedOf(settings: LimitSettings, base: LimitSettings): string[] {
  return Object.entries(base).flatMap(([key, before]) => {
    const after: unknown = settings[key as keyof LimitSettings]; // `key` is one of the base, which is of the same type.
    if (after === undefined) return [`${key}: off, the default is ${settingText(before)}`];
    if (JSON.stringify(after) === JSON.stringify(before)) return [];
    const isNumber = typeof after === 'number' && typeof before === 'number';
    const isLooser = isNumber && (STRICTER_WHEN_LARGER.has(key) ? after < before : after > before);
    return isLooser || !isNumber ? [`${key}: ${settingText(after)}, the default is ${settingText(before)}`] : [];
  });
}

/** A setting as people read it. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll(String(NONE), 'off');
}

function defined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>; // Only fewer.
}
