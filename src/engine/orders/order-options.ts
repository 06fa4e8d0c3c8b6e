/**
 * What a strategy may say of an order, checked before anything is made of it: types are gone when a strategy runs, and
 * a misspelt `limt` would be an order at any price.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { TIMES_IN_FORCE } from './order.ts';
import type { OrderOptions } from '../strategy/strategy.ts';

const KNOWN: readonly (keyof OrderOptions)[] = [
  'reason',
  'limit',
  'stop',
  'touch',
  'trail',
  'limitOffset',
  'at',
  'timeInForce',
  'goodTill',
  'reduceOnly',
  'stopLoss',
  'takeProfit',
  'trailingStop',
];

const NAMES: ReadonlySet<string> = new Set(KNOWN);

/** Pairs of options of which only one can be meant: the other would be passed over. */
const EITHER: readonly (readonly [keyof OrderOptions, keyof OrderOptions])[] = [
  ['stop', 'touch'],
  ['trail', 'stop'],
  ['trail', 'touch'],
  ['trail', 'limit'],
  ['trail', 'at'],
  ['at', 'stop'],
  ['at', 'touch'],
];

/** Throws a `Fault` for an option that does not exist, has a value it cannot have, or does not go with another one. */
export function checkOrderOptions(options: OrderOptions): void {
  let isSimple = true;
  for (const name in options) {
    // Most orders have a price or exits and nothing more: they need no further look.
    if (name === 'limit' || name === 'stop' || name === 'reason' || name === 'stopLoss' || name === 'takeProfit')
      continue;
    if (!NAMES.has(name)) {
      const rule = `there is no order option ${show(name)}; there are ${KNOWN.join(', ')}`;
      throw new Fault('strategy.option', rule, {}, didYouMean(name, NAMES));
    }
    isSimple = false;
  }
  if (!isSimple) checkTogether(options);
}

function checkTogether(options: OrderOptions): void {
  const { at, timeInForce, goodTill, limitOffset, trail, trailingStop } = options;
  if (at !== undefined) checkWord('at', at, ['open', 'close']);
  if (timeInForce !== undefined) checkWord('timeInForce', timeInForce, TIMES_IN_FORCE);
  if (trail !== undefined) checkTrail('trail', trail);
  if (trailingStop !== undefined) checkTrail('trailingStop', trailingStop);
  for (const [one, other] of EITHER) {
    if (options[one] === undefined || options[other] === undefined) continue;
    throw new Fault('strategy.option', `an order has either ${one} or ${other}, had both`);
  }
  if (limitOffset !== undefined && trail === undefined) {
    throw new Fault('strategy.option', 'limitOffset belongs to trail, which the order does not have');
  }
  if (goodTill !== undefined && timeInForce !== undefined && timeInForce !== 'GTD') {
    throw new Fault('strategy.option', `goodTill is for timeInForce GTD, was with ${timeInForce}`);
  }
}

function checkWord(name: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  const rule = `${name} of an order must be one of ${words.join(', ')}, was ${show(value)}`;
  throw new Fault('strategy.option', rule, {}, didYouMean(String(value), words));
}

function checkTrail(name: string, distance: object): void {
  const keys = Object.keys(distance);
  if (keys.length === 1 && (keys[0] === 'amount' || keys[0] === 'percent')) return;
  throw new Fault('strategy.option', `${name} must be { amount } or { percent }, was ${show(distance)}`);
}
