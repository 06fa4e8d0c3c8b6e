/** What stops a session before it begins: the wrong account, late prices, clocks that differ, keys of another world. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { DeckConfig } from '../../../src/desk/config/schema.ts';
import { sessionDay } from '../../../src/desk/session/day.ts';
import { checkAccount, checkBrokerDeck, checkClock, checkDelay } from '../../../src/desk/session/permission.ts';
import { alpacaPlace } from '../../../src/desk/wiring/brokers.ts';
import type { AccountFacts } from '../../../src/engine/live/index.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { HOUR, MINUTE } from '../../../src/time/instant.ts';

const folder = mkdtempSync(join(tmpdir(), 'tradedeck-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const facts: AccountFacts = {
  number: 'PA12345678',
  status: 'ACTIVE',
  currency: 'USD',
  cash: 50_000,
  equity: 60_000,
  buyingPower: 100_000,
  optionBuyingPower: 50_000,
  optionLevel: 1,
  mayShort: false,
  blocked: undefined,
};
const deck = (more: Partial<DeckConfig> = {}): DeckConfig => ({
  strategy: { name: 'sma-cross' },
  tape: { source: 'alpaca', symbols: ['SPY'] },
  ...more,
});

test('a deck for another account is refused, and the number is not repeated whole', () => {
  const other = deck({ broker: { name: 'alpaca', account: 'PA99999999' } });
  expect(() => checkAccount('rehearsal', other, facts)).toThrow(/account is …5678, the deck is for …9999/);
  expect(() => checkAccount('rehearsal', deck(), facts)).not.toThrow();
});

test('a live deck names its account', () => {
  expect(() => checkAccount('live', deck(), facts)).toThrow(/names its account/);
});

test('an account that may not trade, or has less than the deck is given, is refused', () => {
  expect(() => checkAccount('rehearsal', deck(), { ...facts, blocked: 'trading is blocked' })).toThrow(/may not trade/);
  expect(() => checkAccount('rehearsal', deck({ account: { cash: 100_001 } }), facts)).toThrow(
    /buying power of 100000/,
  );
});

test('LF-32, H5 prices that are late by their own word are refused at the start', () => {
  expect(() => checkDelay('rehearsal', deck(), 15 * MINUTE, 'a late feed')).toThrow(/15 minutes late by its own word/);
  const allowed = deck({ tape: { source: 'alpaca', symbols: ['SPY'], allowDelayed: true } });
  expect(() => checkDelay('rehearsal', allowed, 15 * MINUTE, 'a late feed')).not.toThrow();
  expect(() => checkDelay('live', allowed, 15 * MINUTE, 'a late feed')).toThrow(/real time/);
});

test('H5 the age that is asked for is that of the limits, where they say one', () => {
  expect(() => checkDelay('paper', deck(), 10_000_000, 'a feed')).not.toThrow();
  expect(() => checkDelay('paper', deck({ limits: { quoteAge: 5 } }), 10_000_000, 'a feed')).toThrow(/at most 5 s/);
  expect(() => checkDelay('rehearsal', deck(), 10_000_000, 'a feed')).toThrow(/at most 2 s/);
});

test('conventions that close at the end of a tape are not for a broker', () => {
  expect(() => checkBrokerDeck(deck({ conventions: { end: 'close-at-last-close' } }))).toThrow(/closes nothing/);
  const atFill = { sizing: { at: 'fill' } } as const;
  expect(() => checkBrokerDeck(deck({ conventions: atFill }))).toThrow(/asked for a quantity/);
});

const market = calendar('XNYS');
const open = market.session('2026-11-27')!.openAt;
const brokerClock = (at: number, isOpen = market.isOpen(at)) => ({
  at,
  isOpen,
  nextOpen: market.nextOpen(at),
  nextClose: market.nextClose(at),
});

test('a clock that is wrong by more than five seconds is refused', () => {
  expect(() => checkClock(market, brokerClock(open + HOUR), open + HOUR + 4_000_000)).not.toThrow();
  expect(() => checkClock(market, brokerClock(open + HOUR), open + HOUR + 6_000_000)).toThrow(/6.0 s ahead/);
});

test('a day that the broker has and the calendar has not is refused', () => {
  expect(() => checkClock(market, brokerClock(open + HOUR, false), Number.NaN)).toThrow(/market is closed/);
});

test('LF-28 a day that ends early at the broker and not in the calendar is refused, before the open too', () => {
  for (const at of [open - HOUR, open + HOUR]) {
    expect(() => checkClock(market, brokerClock(at), Number.NaN)).not.toThrow();
    const late = { ...brokerClock(at), nextClose: market.nextClose(at) + 3 * HOUR };
    expect(() => checkClock(market, late, Number.NaN)).toThrow(
      /closes next at 2026-11-27T21:00:00Z, the calendar says 2026-11-27T18:00:00Z/,
    );
  }
});

test('on a holiday and after the close there is no session, unless the next one is waited for', () => {
  const thanksgiving = open - 24 * HOUR;
  expect(sessionDay(market, thanksgiving, false)).toBeUndefined();
  expect(sessionDay(market, thanksgiving, true)?.date).toBe('2026-11-27');
  expect(sessionDay(market, open - HOUR, false)?.date).toBe('2026-11-27');
  // An early close: at one in the afternoon it is over.
  expect(sessionDay(market, open + 4 * HOUR, false)).toBeUndefined();
});

const keysFile = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
  return name;
};
const place = (mode: 'live' | 'rehearsal', keys: string | undefined, environment = {}) =>
  alpacaPlace(mode, {
    config: { name: 'alpaca', ...(keys === undefined ? {} : { keys }) },
    folder,
    environment,
    fakeUrl: undefined,
  });

test('keys come from lines or JSON in a file that only its owner may read', async () => {
  const lines = keysFile('lines', 'export APCA_API_KEY_ID=PKAB\nAPCA_API_SECRET_KEY="s3cret"\n');
  const found = await place('rehearsal', lines);
  expect([found.keyId.reveal(), found.secret.reveal(), found.isPaper]).toEqual(['PKAB', 's3cret', true]);
  expect(`${inspect(found)} ${JSON.stringify(found)}`).not.toMatch(/PKAB|s3cret/);
  const json = keysFile('json', '{"keyId":"AKAB","secret":"s3cret"}');
  expect(await place('live', json)).toMatchObject({ isPaper: false });
  for (const mode of [0o400, 0o600])
    await place('live', keysFile(`mode-${mode}`, '{"keyId":"AKAB","secret":"s"}', mode));
  for (const mode of [0o604, 0o620, 0o640, 0o644, 0o666]) {
    const open = keysFile(`open-${mode}`, '{"keyId":"AKAB","secret":"s"}', mode);
    await expect(place('live', open)).rejects.toThrow(/others than its owner/);
  }
});

test('H9 live keys are never taken from the environment', async () => {
  const environment = { APCA_API_KEY_ID: 'AKAB', APCA_API_SECRET_KEY: 'hush-hush' };
  await expect(place('live', undefined, environment)).rejects.toThrow(/never taken from the environment/);
  // Not even beside a file: it would be seen by every child process.
  const json = keysFile('beside', '{"keyId":"AKAB","secret":"s3cret"}');
  await expect(place('live', json, environment)).rejects.toThrow(/APCA_API_KEY_ID is set/);
  await expect(place('live', undefined)).rejects.toThrow(/no keys/);
});

test('keys of another environment than the mode are refused, and a secret is in no message', async () => {
  const test = keysFile('test', '{"keyId":"PKAB","secret":"hush-hush"}');
  await expect(place('live', test)).rejects.toThrow(/of the test account, and the mode is live/);
  const real = keysFile('real', '{"keyId":"AKAB","secret":"hush-hush"}');
  await expect(place('rehearsal', real)).rejects.toThrow(/of a real account, and the mode is rehearsal/);
  const broken = keysFile('broken', '{"keyId": hush-hush');
  const error = await place('rehearsal', broken).catch((reason: unknown) => reason);
  expect(String(error)).toContain('not JSON');
  expect(String(error)).not.toContain('hush');
});
