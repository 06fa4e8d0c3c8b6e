/** The set-up of a watchdog: what is refused before it listens, and TLS from a session to it with a certificate of its own. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Beats } from '../../../src/desk/deadman/beats.ts';
import { beatsPlace } from '../../../src/desk/deadman/beats-of.ts';
import { readWatchdog } from '../../../src/desk/deadman/config.ts';
import { Listener } from '../../../src/desk/deadman/listener.ts';
import { Notes } from '../../../src/desk/deadman/notes.ts';
import { stoppable } from '../../../src/desk/deadman/stopping.ts';
import { Watchdog } from '../../../src/desk/deadman/watchdog.ts';
import type { DeckConfig } from '../../../src/desk/config/schema.ts';

const SECRET = 's'.repeat(64);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradedeck-watchdog-'));
  writeFileSync(join(folder, 'secret'), SECRET, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (...lines: string[]) => {
  const file = join(folder, 'watchdog.yaml');
  writeFileSync(file, ['secret: secret', ...lines].join('\n'));
  return readWatchdog(file);
};

describe('a set-up', () => {
  test('listens on this machine alone where it says nothing', () => {
    const setup = read();
    expect(setup).toMatchObject({ host: '127.0.0.1', port: 8787, tls: undefined });
    expect(setup.secret.reveal()).toBe(SECRET);
  });

  test.each(['0.0.0.0', '192.0.2.1', '::'])('does not listen at %s without TLS unless that is allowed', (host) => {
    expect(() => read(`listen: { host: '${host}' }`)).toThrow('without TLS everybody on the way reads');
    expect(read(`listen: { host: '${host}', plain: true }`)).toMatchObject({ host });
  });

  test('takes no half of a TLS identity, and no key that others may read', () => {
    writeFileSync(join(folder, 'cert.pem'), 'x');
    writeFileSync(join(folder, 'key.pem'), 'x', { mode: 0o644 });
    expect(() => read('listen: { certificate: cert.pem }')).toThrow('a certificate and its key');
    expect(() => read('listen: { certificate: cert.pem, key: key.pem }')).toThrow('others than its owner');
  });

  test('takes no secret that others may read, or that could be guessed', () => {
    chmodSync(join(folder, 'secret'), 0o644);
    expect(() => read()).toThrow('others than its owner');
    writeFileSync(join(folder, 'secret'), 'short');
    chmodSync(join(folder, 'secret'), 0o600);
    expect(() => read()).toThrow('at least 32 characters');
  });

  test('names keys of each account that it is to stop, and no field that is not known', () => {
    const { config } = read('accounts: [{ broker: alpaca, account: PA1, mode: live }]');
    expect(() => stoppable(config.accounts![0], folder)).toThrow('is stopped with its keys');
    expect(() => stoppable({ ...config.accounts![0], ifSilent: 'alert' }, folder)).not.toThrow();
    expect(() => read('acounts: []')).toThrow('accounts');
  });
});

describe('a deck', () => {
  const place = (watchdog: object) => beatsPlace({ alerts: { watchdog } } as DeckConfig, folder);
  test('speaks to a watchdog elsewhere over TLS alone, unless that is allowed', () => {
    expect(() => place({ url: 'http://192.0.2.1:8787', keys: 'secret' })).toThrow(
      'without TLS everybody on the way reads',
    );
    expect(() => place({ url: 'ftp://192.0.2.1', keys: 'secret' })).toThrow('must be https');
    for (const url of ['https://192.0.2.1:8787', 'http://127.0.0.1:8787'])
      expect(place({ url, keys: 'secret' })).toBeDefined();
    expect(place({ url: 'http://192.0.2.1:8787', keys: 'secret', plain: true })).toBeDefined();
  });
});

/** Not part of the project; where it is not there the test is skipped. */
const OPENSSL = 'openssl';

/** A certificate for 127.0.0.1 that nobody else has signed; undefined where there is no openssl to make one. */
function certificate(name: string): { cert: string; key: string } | undefined {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync(OPENSSL, [
    ...args,
    '-subj',
    '/CN=watchdog',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  return made.status === 0 ? { cert, key } : undefined;
}

test('over TLS a session knows its watchdog by the certificate, and speaks to nobody else', async ({ skip }) => {
  const [own, other] = [certificate('own'), certificate('other')];
  if (own === undefined || other === undefined) {
    skip('openssl is not there to make a certificate');
    return;
  }
  chmodSync(own.key, 0o600);
  const { host, secret, tls } = read(`listen: { port: 0, certificate: own.pem, key: own.key }`);
  const notes = new Notes(join(folder, 'watchdog.jsonl'), () => undefined);
  const watchdog = new Watchdog({ home: folder, secret, clockMs: 60_000, accounts: [], channels: [], notes });
  const listener = await Listener.open({ watchdog, notes, secret, host, port: 0, tls });
  const answer = (name: string): Promise<string> =>
    new Promise((resolve) => {
      const place = beatsPlace(
        {
          alerts: { watchdog: { url: listener.url, keys: 'secret', certificate: `${name}.pem`, everySeconds: 0.25 } },
        } as DeckConfig,
        folder,
      )!;
      const beats = new Beats({
        ...place,
        saying: () => ({
          session: name,
          account: '',
          tail: '',
          mode: 'paper',
          deck: 'a',
          state: 'active',
          orders: 0,
          positions: 0,
          records: 1,
          hash: '',
        }),
        onAway: (why) => {
          beats.close();
          resolve(why);
        },
        onStopped: () => undefined,
      });
      void beats.farewell(5000).then((why) => resolve(why ?? 'heard'));
    });
  expect(await answer('own')).toBe('heard');
  expect(await answer('other')).toMatch(/SIGNATURE|CERT/);
  expect(watchdog.all.map(({ beat, phase }) => [beat.session, phase])).toEqual([['own', 'ended']]);
  await listener.close();
});
