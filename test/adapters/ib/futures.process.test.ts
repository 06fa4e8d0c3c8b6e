/** Futures at Interactive Brokers whose figures are told otherwise than they count. */
import { expect, test } from 'vitest';
import { theOnly } from '../../../src/adapters/ib/contracts.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { ibVenue } from '../../conformance/ib.ts';
import { Rig } from '../../conformance/rig.ts';

const CORN = defineInstrument({
  symbol: 'ZCZ26',
  kind: 'future',
  tick: 0.25,
  multiplier: 50,
  calendar: '24-7',
  future: { root: 'ZC', expiry: '2026-12-14', initialMargin: 1300, maintenanceMargin: 1200 },
});

test(
  'corn is bought, counted in dollars per cent, and held for the price that was paid',
  { timeout: 30_000 },
  async () => {
    const venue = await ibVenue({ market: { kind: 'none', symbols: [{ symbol: 'ZCZ26', price: 450 }] } });
    const rig = await Rig.open(venue, [CORN]);
    try {
      rig.quote(450, 450.25, () => void rig.hands.buy(2), 'ZCZ26');
      await rig.until(() => rig.held('ZCZ26') === 2);
      rig.quote(452.25, 452.5, () => void rig.hands.sell(1), 'ZCZ26');
      await rig.until(() => rig.held('ZCZ26') === 1);
      // Two cents of 5000 bushels are a hundred dollars, less what the trades cost.
      await rig.until(() => rig.reports.filter(({ kind }) => kind === 'commission').length === 2);
      expect(rig.session.deck.ledger.cash[0].amount).toBeGreaterThan(100_080);
      expect(rig.session.deck.ledger.cash[0].amount).toBeLessThan(100_100);
      rig.link?.send({ kind: 'snapshot' });
      const price = () => {
        const books = rig.reports.findLast((report) => report.kind === 'snapshot');
        return books?.kind === 'snapshot' ? (books.positions[0]?.averagePrice ?? 0) : 0;
      };
      await rig.until(() => Math.abs(price() - 450.25) < 0.2);
      expect(rig.session.differences).toEqual([]);
    } finally {
      await rig.close();
    }
  },
);

test('of two sizes of one future the one of the plain class is meant, and two of one class are not guessed', () => {
  const details = (conId: number, tradingClass: string) => ({ contract: { conId, tradingClass, exchange: 'COMEX' } });
  expect(theOnly('SIZ26', [details(1, 'SIL'), details(2, 'SI')]).contract.conId).toBe(2);
  expect(theOnly('SIZ26', [details(3, 'QI')]).contract.conId).toBe(3);
  expect(() => theOnly('SIZ26', [details(2, 'SI'), details(4, 'SI')])).toThrow('SIZ26 fits 2 contracts');
});
