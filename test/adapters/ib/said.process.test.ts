/** What Interactive Brokers says beside the answers to an order: remarks, settings in the way, and lost words. */
import { expect, test as plain } from 'vitest';
import { ibVenue, PATIENT, type IbVenue } from '../../conformance/ib.ts';
import { Rig, SECOND } from '../../conformance/rig.ts';
import { newYork } from '../fake-alpaca/desk.ts';

type Options = Parameters<typeof ibVenue>[0];
interface Stand {
  readonly venue: IbVenue;
  readonly rig: Rig;
}

const { concurrent: test } = plain.extend<{ open: (options?: Options) => Promise<Stand> }>({
  open: async ({ onTestFinished }, use) => {
    await use(async (options) => {
      const venue = await ibVenue(options);
      const rig = await Rig.open(venue);
      onTestFinished(() => rig.close());
      return { venue, rig };
    });
  },
});

const LONG = { timeout: 30_000 };

/** Has an order rest. */
async function rest({ venue, rig }: Stand) {
  rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'DAY' }));
  await rig.until(() => rig.order?.status === 'accepted');
  return venue.fake.tws.orders.all[0];
}

const notes = ({ rig }: Stand) =>
  rig
    .entries('note')
    .map(({ text }) => text)
    .filter((text) => text.startsWith('broker.remark'));

test('404 an order that waits for shares to borrow works on, and a person is told', LONG, async ({ open }) => {
  const stand = await open();
  const entry = await rest(stand);
  const text = 'Order held while securities are located.';
  stand.venue.fake.tws.say(404, text, entry);
  stand.venue.fake.tws.say(404, text, entry);
  await stand.rig.until(() => stand.rig.alerts.includes('broker.remark'));
  expect(stand.rig.order?.status).toBe('accepted');
  expect(notes(stand)).toEqual([`broker.remark: 404: ${text}`]);
});

test('399 a warning is noted with its order, and nobody is woken', LONG, async ({ open }) => {
  const stand = await open();
  const entry = await rest(stand);
  stand.venue.fake.tws.say(399, 'Order Message: your order may be priced otherwise', entry);
  await stand.rig.until(() => notes(stand).length === 1);
  expect(stand.rig.order?.status).toBe('accepted');
  expect(stand.rig.alerts).not.toContain('broker.remark');
});

test(
  '10349 an order whose time in force a preset has changed works, and a person is told which it is',
  LONG,
  async ({ open }) => {
    const stand = await open();
    const { rig, venue } = stand;
    rig.quote(100, 100.02, () => void rig.hands.buy(10, { limit: 90, timeInForce: 'GTC' }));
    await rig.until(() => rig.order?.status === 'accepted');
    const [entry] = venue.fake.tws.orders.all;
    entry.words = { ...entry.words, tif: 'DAY' };
    venue.fake.tws.say(10_349, 'Order TIF was set to DAY based on order preset.', entry);
    venue.fake.tws.tellOrder(entry);
    await rig.until(() => notes(stand).length === 2);
    expect(notes(stand)).toEqual([
      'broker.remark: 10349: Order TIF was set to DAY based on order preset.',
      'broker.remark: it stands DAY there, asked for was GTC',
    ]);
    expect(rig.order?.status).toBe('accepted');
    expect(rig.alerts.filter((code) => code === 'broker.remark')).toHaveLength(2);
  },
);

test(
  '321 a workstation that takes no orders from programs says so, and the answer tells the setting',
  LONG,
  async ({ open }) => {
    const { rig } = await open({ tws: { isReadOnly: true } });
    rig.quote(100, 100.02, () => void rig.hands.buy(10));
    await rig.until(() => rig.entries('rejected').length === 1);
    expect(rig.entries('rejected')[0]?.text).toMatch(/^321: .*Read-Only mode\.: .*switch off "Read-Only API"/);
  },
);

test('100 messages that were too fast are slowed down, and a person is told', LONG, async ({ open }) => {
  const stand = await open();
  stand.venue.fake.tws.say(100, 'Max rate of messages per second has been exceeded.');
  await stand.rig.until(() => stand.rig.alerts.includes('broker.remark'));
  // What follows leaves all the same.
  await rest(stand);
});

test('1300 a port that has changed ends the session’s way for good', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  venue.fake.tws.say(1300, 'Socket port has been reset and this connection is being dropped.');
  await rig.until(() => rig.alerts.includes('link.locked'));
  expect(rig.session.states.account).toBe('halted');
});

test.each([505, 507, 508])(
  '%i what could not be read ends the connection, and the books are read',
  LONG,
  async (code) => {
    const venue = await ibVenue();
    const rig = await Rig.open(venue);
    try {
      const read = () => rig.reports.filter(({ kind }) => kind === 'snapshot').length;
      const before = read();
      venue.fake.tws.say(code, 'Unknown message');
      await rig.until(() => rig.alerts.includes('link.down'));
      await rig.until(() => read() > before);
    } finally {
      await rig.close();
    }
  },
);

test('an order whose statuses are all lost is followed by its executions', LONG, async ({ open }) => {
  const { venue, rig } = await open();
  const isLost = { on: 'message', message: 'orderStatus', fault: { kind: 'lose' }, times: 999 } as const;
  venue.fake.tws.faults.add(isLost);
  rig.quote(100, 100.02, () => void rig.hands.buy(10));
  await rig.until(() => rig.held() === 10);
  expect(rig.entries('filled')).toHaveLength(1);
});

test('a break of the connection in the hour of the restart is an alert for the digest only', LONG, async ({ open }) => {
  const { venue, rig } = await open({ startAt: newYork('2026-11-18', '00:14') });
  await rig.wait(90);
  venue.fake.disconnect();
  await rig.until(() => rig.alerts.includes('link.restart'));
  expect(rig.alerts).not.toContain('link.down');
});

test('a connection that is not there again on Sunday evening tells that a login is missing', LONG, async ({ open }) => {
  const { venue, rig } = await open({
    startAt: newYork('2026-11-20', '15:00'),
    timings: { ...PATIENT, heartbeatMs: 50 },
  });
  // The login ends, and nobody is let in.
  venue.fake.tws.restart(4 * 86_400 * SECOND);
  await rig.until(() => rig.alerts.includes('link.down'));
  venue.pass(newYork('2026-11-22', '17:05') - venue.now);
  await rig.until(() => rig.alerts.includes('link.login'), 2000);
  expect(rig.reports.findLast(({ kind }) => kind === 'link')).toMatchObject({
    state: 'down',
    cause: 'login',
    reason: expect.stringMatching(/^log in to the workstation or gateway/),
  });
});
