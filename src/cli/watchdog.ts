/**
 * `tradedeck watchdog`: listens on this host for sessions on another, stops the account of one that is silent, and takes the
 * kill of a person from afar.
 */
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { leaseHome } from '../adapters/lease-files/index.ts';
import { Fault } from '../base/fault.ts';
import { readWatchdog } from '../desk/deadman/config.ts';
import { Drills } from '../desk/deadman/drills.ts';
import { Listener } from '../desk/deadman/listener.ts';
import { Notes } from '../desk/deadman/notes.ts';
import { stoppable } from '../desk/deadman/stopping.ts';
import { Watchdog } from '../desk/deadman/watchdog.ts';
import { SessionLock } from '../adapters/session-files/index.ts';
import { channelsOf } from '../desk/wiring/channels.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { stoppedBySignals } from './stopping.ts';
import { print, tell } from './terminal.ts';

interface WatchdogFlags {
  readonly state?: string;
  readonly json?: true;
}

const CLOCK_SECONDS = 60;

/** Watches until it is stopped by a signal; what it knows survives that. */
export async function watchdog(setup: string, { state, json }: WatchdogFlags): Promise<ExitCode> {
  const { config, folder, secret, host, port, tls } = readWatchdog(setup);
  const home = resolve(state ?? join(dirname(leaseHome()), 'watchdog'));
  const accounts = (config.accounts ?? []).map((account) => stoppable(account, folder));
  const isLive = accounts.some(({ mode }) => mode === 'live');
  const channels = channelsOf(config.alerts, { folder, environment: process.env, isLive });
  const notes = new Notes(join(home, 'watchdog.jsonl'), tell);
  // Two of them would stop an account twice, and each would forget what the other heard.
  const lock = lockOf(home);
  try {
    using stopping = stoppedBySignals(() => tell('ending'));
    const dog = new Watchdog({
      home,
      secret,
      clockMs: (config.clockSeconds ?? CLOCK_SECONDS) * 1000,
      accounts,
      channels,
      notes,
    });
    const listener = await Listener.open({ watchdog: dog, notes, secret, host, port, tls });
    notes.write('watchdog.begins', `${listener.url}, ${accounts.length} accounts, ${channels.length} channels`);
    if (json === true) print(JSON.stringify({ url: listener.url, accounts: accounts.map(({ name }) => name) }));
    else print(`listening at ${listener.url}`);
    void dog.tryKeys();
    const { drillDays } = config;
    const onDone = (isConfirmed: boolean, text: string): void => dog.tellOfDrill(isConfirmed, text);
    const drills = drillDays === undefined ? undefined : new Drills({ days: drillDays, onDone });
    await dog.watch(stopping.stop, (nowMs) => drills?.look(nowMs, Date.now()));
    await drills?.close();
    await listener.close();
    notes.write('watchdog.ended', 'it was stopped; nobody watches');
    return EXIT.ok;
  } finally {
    lock.release();
  }
}

function lockOf(home: string): SessionLock {
  try {
    return SessionLock.take(home);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'session.running') throw error;
    throw new Fault('watchdog.running', 'another watchdog keeps what it knows there', { file: home }, '--state');
  }
}
