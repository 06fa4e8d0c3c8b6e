/** Option contracts that a split adjusted, beside those of the same terms that none did: the others are traded, or none. */
import { afterEach, expect, test } from 'vitest';
import { makeContract } from '../../../src/adapters/fake-broker/core/contracts.ts';
import { PUT, WITH_OPTION } from '../../conformance/cases.ts';
import { ibVenue } from '../../conformance/ib.ts';
import { Rig } from '../../conformance/rig.ts';

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const LONG = { timeout: 30_000 };

async function open() {
  const venue = await ibVenue();
  rig = await Rig.open(venue, WITH_OPTION);
  return { venue, rig };
}

test('of two contracts of the same terms the one that was not adjusted is traded', LONG, async () => {
  const { venue, rig: one } = await open();
  const { state } = venue.fake.driven.broker;
  const { strike, expiryDay } = state.find(PUT)!.option!;
  const twin = makeContract(state.listings.get('AAPL')!, 'put', strike, expiryDay, 150)!;
  state.add(twin);
  one.quote(100, 100.02);
  one.quote(2, 2.1, () => void one.hands.assets[1].buy(1, { limit: 2.1, timeInForce: 'DAY' }), PUT);
  await one.until(() => one.held(PUT) === 1);
  expect(venue.held(twin.symbol)).toBe(0);
});

test('a contract of which only an adjusted one is left is refused by name', LONG, async () => {
  const { venue, rig: one } = await open();
  const { state } = venue.fake.driven.broker;
  const listed = state.find(PUT)!;
  const { strike, expiryDay } = listed.option!;
  state.add(makeContract(state.listings.get('AAPL')!, 'put', strike, expiryDay, 150)!);
  listed.isActive = false;
  one.quote(2, 2.1, () => void one.hands.assets[1].buy(1, { limit: 2.1, timeInForce: 'DAY' }), PUT);
  await one.until(() => one.entries('rejected').length === 1);
  expect(one.entries('rejected')[0]?.text).toMatch(
    /200: .* is listed in the class AAPL1 only, which is another contract/,
  );
  expect(venue.orders()).toBe(0);
});
