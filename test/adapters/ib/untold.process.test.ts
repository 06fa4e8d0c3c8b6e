/** What TWS books without telling it: a split in the night, a dividend, a fee; read from positions and the ledger of cash. */
import { afterEach, expect, test } from 'vitest';
import type { CorporateAction } from '../../../src/market/actions.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { ibVenue, type IbVenue } from '../../conformance/ib.ts';
import { Rig, SECOND, STOCK } from '../../conformance/rig.ts';
import { hold } from '../../conformance/steps.ts';

let venue: IbVenue;
let rig: Rig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const LONG = { timeout: 60_000 };
const NIGHT = newYork('2026-11-19', '00:30');

async function holding(options: Parameters<typeof ibVenue>[0] = {}): Promise<Rig> {
  venue = await ibVenue(options);
  rig = await Rig.open(venue);
  await hold(rig, 100);
  await rig.wait(5);
  await readBooks(rig);
  return rig;
}

async function readBooks(one: Rig): Promise<void> {
  const told = one.reports.length;
  one.take({ kind: 'command', at: venue.now, command: { do: 'reconcile' }, by: 'test', reason: '' });
  await one.until(() => one.reports.slice(told).some(({ kind }) => kind === 'snapshot'));
}

/** Books are read every two minutes for a quarter of an hour. */
async function quarter(one: Rig): Promise<void> {
  for (let i = 0; i < 8; i++) {
    venue.pass(120 * SECOND);
    await readBooks(one);
  }
}

async function nextMorning(one: Rig): Promise<void> {
  venue.pass(newYork('2026-11-19', '09:31') - venue.now);
  await readBooks(one);
}

const announce = (action: Pick<CorporateAction, 'kind'> & object): void => {
  venue.fake.driven.broker.announce({ symbol: STOCK, at: NIGHT, ...action } as CorporateAction);
};
const cash = (one: Rig) =>
  one
    .entries('cash')
    .map(({ text }) => text)
    .filter((text) => !text.startsWith('commission'));

test('LF-45 a split in the night is booked in the morning, and both books say the same', LONG, async () => {
  const one = await holding();
  announce({ kind: 'split', ratio: 3 } as never);
  await nextMorning(one);
  expect([one.held(), venue.held(STOCK)]).toEqual([300, 300]);
  expect(one.alerts).not.toContain('position.drift');
});

test('LF-46 a dividend of the night is in our cash, to the cent, and was told', LONG, async () => {
  const one = await holding({ paper: false });
  const before = one.session.deck.ledger.cash[0].amount;
  announce({ kind: 'dividend', amount: 0.24 } as never);
  await nextMorning(one);
  await quarter(one);
  expect(cash(one)).toEqual(['broker adjustment']);
  expect(one.session.deck.ledger.cash[0].amount).toBeCloseTo(before + 24, 6);
  expect(one.session.deck.ledger.cash[0].amount).toBeCloseTo(venue.cash()!, 6);
  expect(one.alerts).toContain('cash.adjusted');
});

test('what was accrued and is paid has its name, and a fee that nothing explains is an adjustment', LONG, async () => {
  const one = await holding();
  const { tws } = venue.fake;
  tws.accrued.dividends = 31;
  await readBooks(one);
  tws.pay(31, 'dividends');
  await quarter(one);
  tws.pay(-4.5);
  await quarter(one);
  expect(cash(one)).toEqual(['dividend by what was accrued', 'broker adjustment']);
  expect(one.session.deck.ledger.cash[0].amount).toBeCloseTo(venue.cash()!, 6);
});
