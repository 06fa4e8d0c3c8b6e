/**
 * What a deck says about limits: each number of the pre-trade controls by its own key, and which set they start from.
 *
 * A backtest and paper start from none, and the six oldest keys mean there what they always meant: one is the other's
 * proof. Rehearsal and live start from the defaults of `LIVE_LIMITS`; so does any deck that says `limits: live`.
 */
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
import { Fault } from '../../base/fault.ts';
import { MARGIN_REGIMES } from '../wiring/margin-regimes.ts';
import { canonical } from '../run/identity.ts';
import { digest } from '../run/folder.ts';
import type { LimitsGiven } from './limits-schema.ts';
import type { DeckConfig } from './schema.ts';

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
  return armingDigest(config).slice(0, 12);
}

/** The same, whole. */
export function armingDigest(config: DeckConfig): string {
  const { limits, name: _name, output: _output, mode: _mode, account, tape, ...deciding } = config;
  const { armed: _armed, ...rest } = typeof limits === 'object' ? limits : { armed: '', word: limits };
  const { cash: _cash, ...terms } = account ?? {};
  const { start: _start, end: _end, ...prices } = tape;
  return digest(canonical({ ...deciding, account: terms, tape: prices, limits: rest }));
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
    checkOnLoss(given, settings, isAtBroker);
    return { ...(isAny ? { settings } : {}), controls, loosened: isAtBroker ? ['all defaults'] : [] };
  }
  const base: LimitSettings = { ...LIVE_LIMITS, ...canaries };
  const settings = { ...settingsOf(given, base), ...armed };
  checkOnLoss(given, settings, isAtBroker);
  return { settings, controls: [], loosened: isAtBroker ? loosenedOf(settings, base) : [] };
}

/** Refuses a deck that says what a loss leads to, where nothing measures losses or nothing bounds the price of closing. */
function checkOnLoss({ onLoss }: LimitsGiven, settings: LimitSettings, isAtBroker: boolean): void {
  if (onLoss === undefined || onLoss === 'halt') return;
  const { dayLoss, strategyDayLoss, drawdown, collar } = settings;
  const place = { field: 'limits.onLoss' };
  if (dayLoss === undefined && strategyDayLoss === undefined && drawdown === undefined) {
    const hint = 'limits.dayLoss, or limits.defaults: live';
    throw new Fault('config.value', `${onLoss} follows a loss limit, and there is none`, place, hint);
  }
  if (isAtBroker && onLoss === 'halt+cancel+flatten' && collar === undefined) {
    const rule = 'what closes at a broker leaves as a limit at the collar, and there is no collar';
    throw new Fault('config.value', rule, place, 'limits.collar: by-price');
  }
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
