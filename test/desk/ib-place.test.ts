/** Where Interactive Brokers is looked for, and that a rehearsal and real money never take each other's account. */
import { expect, test } from 'vitest';
import { checkIbAccount, ibPlace } from '../../src/desk/wiring/ib.ts';

const nothing = { config: undefined, environment: {}, fakeUrl: undefined };

test('a rehearsal looks at the port of the paper workstation, live at that of the real one', () => {
  expect(ibPlace('rehearsal', nothing)).toMatchObject({ host: '127.0.0.1', port: 7497, clientId: 11, isFake: false });
  expect(ibPlace('live', nothing)).toMatchObject({ port: 7496 });
});

test('the deck outranks the environment, and a fake outranks both', () => {
  const environment = { IB_HOST: 'there', IB_PORT: '4002', IB_ACCOUNT: 'DU2' };
  expect(ibPlace('rehearsal', { ...nothing, environment })).toMatchObject({
    host: 'there',
    port: 4002,
    account: 'DU2',
  });
  const config = { name: 'ib', host: 'here', port: 4003, account: 'DU3', clientId: 5 } as const;
  const ours = ibPlace('rehearsal', { ...nothing, environment, config });
  expect(ours).toMatchObject({ host: 'here', port: 4003, account: 'DU3', clientId: 5 });
  const fake = ibPlace('rehearsal', { config: undefined, environment, fakeUrl: 'tcp://127.0.0.1:7599' });
  expect(fake).toEqual({ host: '127.0.0.1', port: 7599, clientId: 11, account: undefined, isFake: true });
});

test('real money takes nothing from the environment', () => {
  expect(() => ibPlace('live', { ...nothing, environment: { IB_PORT: '7496' } })).toThrow('IB_PORT');
});

test('a port that is none is said', () => {
  expect(() => ibPlace('rehearsal', { ...nothing, environment: { IB_PORT: 'x' } })).toThrow('must be a port, was x');
});

test.each([
  ['rehearsal', 'DU123', true],
  ['rehearsal', 'U123', false],
  ['live', 'U123', true],
  ['live', 'DU123', false],
] as const)('mode %s with account %s: %s', (mode, number, isTaken) => {
  if (isTaken) expect(() => checkIbAccount(mode, number)).not.toThrow();
  else expect(() => checkIbAccount(mode, number)).toThrow('the workstation is logged in to');
});
