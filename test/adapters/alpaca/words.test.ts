/** Our orders in the vendor's words: what there is no word for is refused, and an exit of an option is never that. */
import { expect, test } from 'vitest';
import { wordsFor } from '../../../src/adapters/alpaca/words.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';

const request = (more: Partial<SubmitRequest>): SubmitRequest => ({
  kind: 'submit',
  clientId: 'td-1',
  order: 1,
  posts: 1,
  strategy: 0,
  symbol: 'AAPL261204P00048000',
  side: 1,
  quantity: '2',
  type: 'market',
  timeInForce: 'GTC',
  reduceOnly: true,
  sendBy: 0,
  ...more,
});

test('a market order that closes an option goes out for the day, whatever its time in force', () => {
  expect(wordsFor(request({}))).toMatchObject({ type: 'market', timeInForce: 'day', qty: '2' });
});

test('a limit on an option that is good till canceled is refused: the vendor would end it in the evening', () => {
  expect(wordsFor(request({ type: 'limit', limit: '0.5' }))).toEqual({
    unsupported: 'Alpaca takes options for the day only, was GTC',
  });
});

test('an order of shares keeps its time in force', () => {
  expect(wordsFor(request({ symbol: 'AAPL' }))).toMatchObject({ timeInForce: 'gtc' });
});

test('in the wide reading options are good till canceled too, and one contract takes stops', () => {
  expect(wordsFor(request({ type: 'limit', limit: '0.5' }), 'wide')).toMatchObject({ timeInForce: 'gtc' });
  expect(wordsFor(request({ type: 'stop', stop: '0.5' }), 'wide')).toMatchObject({ type: 'stop', timeInForce: 'gtc' });
  expect(wordsFor(request({ type: 'stop', stop: '0.5' }))).toEqual({
    unsupported: 'Alpaca takes market, limit orders for options, was stop',
  });
  expect(wordsFor(request({ type: 'trailing-stop', trail: '0.5' }), 'wide')).toHaveProperty('unsupported');
  expect(wordsFor(request({ type: 'limit', limit: '0.5', timeInForce: 'IOC' }), 'wide')).toHaveProperty('unsupported');
});

test('a limit for the hours before the open says so; what is not taken then is refused', () => {
  const shares = { symbol: 'AAPL', type: 'limit', limit: '100', timeInForce: 'DAY', extended: true } as const;
  expect(wordsFor(request(shares))).toMatchObject({ extendedHours: true, timeInForce: 'day' });
  expect(wordsFor(request({ ...shares, timeInForce: 'GTC' }))).toMatchObject({
    extendedHours: true,
    timeInForce: 'gtc',
  });
  const why = (more: Partial<SubmitRequest>): unknown => wordsFor(request({ ...shares, ...more }));
  expect(why({ timeInForce: 'IOC' })).toEqual({
    unsupported: 'Alpaca takes no orders IOC before the open or after the close',
  });
  expect(why({ exits: { kind: 'oto', stop: { stop: '99' } } })).toEqual({
    unsupported: 'Alpaca takes no orders with exits before the open or after the close',
  });
  expect(wordsFor(request({ symbol: 'AAPL', type: 'limit', limit: '100' }))).not.toHaveProperty('extendedHours');
});

/** A package that opens: symbols of contracts, bought above nought. */
const pack = (...legs: readonly (readonly [symbol: string, ratio: number, isOpening?: boolean])[]) =>
  wordsFor(
    request({
      symbol: '',
      type: 'limit',
      limit: '-0.5',
      timeInForce: 'DAY',
      legs: legs.map(([symbol, ratio, isOpening = true]) => ({
        symbol,
        side: ratio > 0 ? 1 : -1,
        ratio: Math.abs(ratio),
        isOpening,
      })),
    }),
  );
const [PUT48, PUT47, CALL52, PUT48_LATER] = [
  '261204P00048000',
  '261204P00047000',
  '261204C00052000',
  '261218P00048000',
].map((each) => `AAPL${each}`);

test('packages are of options, four legs at most, in lowest terms, a credit below nought', () => {
  expect(pack([PUT48, -1], [PUT47, 1])).toMatchObject({ orderClass: 'mleg', limitPrice: '-0.5', timeInForce: 'day' });
  expect(pack([PUT48, -2], [PUT47, 2])).toEqual({
    unsupported: 'Alpaca takes proportions in lowest terms, all here are multiples of 2',
  });
  expect(pack(['AAPL', 1], [PUT47, 1])).toEqual({ unsupported: 'Alpaca takes no shares in a package, AAPL is one' });
  expect(pack([PUT48, -1], [PUT47, 1], [CALL52, 1], [PUT48_LATER, 1], [PUT48_LATER, 2])).toEqual({
    unsupported: 'Alpaca takes 4 legs, had 5',
  });
});

test('a package that opens covers what it sells, by a contract of the same right that lasts as long', () => {
  const bare = (symbol: string) => ({
    unsupported: `Alpaca takes packages that cover what they sell, and nothing bought here covers ${symbol}`,
  });
  expect(pack([PUT48, -1], [CALL52, -1])).toEqual(bare(PUT48));
  expect(pack([PUT48, -2], [PUT47, 1])).toEqual(bare(PUT48));
  expect(pack([PUT48, -1], [CALL52, 1])).toEqual(bare(PUT48));
  expect(pack([PUT48_LATER, -1], [PUT47, 1])).toEqual(bare(PUT48_LATER));
  expect(pack([PUT48, -1], [PUT48_LATER, 1])).toMatchObject({ orderClass: 'mleg' });
  expect(pack([PUT48, -3], [PUT47, 1], [PUT48_LATER, 2])).toMatchObject({ orderClass: 'mleg' });
  // What a roll leaves behind the vendor knows.
  expect(pack([PUT48, 1, false], [PUT48_LATER, -1])).toMatchObject({ orderClass: 'mleg' });
});

test('what is good till an instant of its day is sent for the day, and what ends later is not sent', () => {
  const at = (hour: number) => Date.parse(`2026-11-18T${hour}:00:00Z`) * 1000;
  const till = (goodTill: number, now?: number) =>
    wordsFor(request({ symbol: 'AAPL', type: 'limit', limit: '90', timeInForce: 'GTD', goodTill }), 'strict', now);
  // The market closes at 21:00 UTC.
  expect(till(at(20), at(16))).toMatchObject({ timeInForce: 'day' });
  expect(till(at(22), at(16))).toEqual({ unsupported: expect.stringContaining('good till an instant') });
  expect(till(at(20))).toEqual({ unsupported: expect.stringContaining('good till an instant') });
});
