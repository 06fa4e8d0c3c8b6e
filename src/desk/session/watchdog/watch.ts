/**
 * The watchdog of a session: a process of its own, so that it lives when the session's loop stands still, its
 * memory is full, or it is killed.
 *
 * A session that shows no sign of life is ended, so that the next start recovers and reconciles. Where nobody goes on with
 * it in time, what works at the broker is treated as at the end of a session. On paper nothing works anywhere: people are
 * told. It holds no orders and decides nothing else.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { plain } from '../../../adapters/webhook/index.ts';
import { FileLease, leaseHome, newestLease } from '../../../adapters/lease-files/index.ts';
import { Fault } from '../../../base/fault.ts';
import { programHash } from '../../run/engine-hash.ts';
import { sendToAll } from '../../alerts/send-once.ts';
import { openBroker, type Broker } from '../../wiring/brokers.ts';
import { channelsOf } from '../../wiring/channels.ts';
import { tailOf } from '../permission.ts';
import { BEAT_MS, FAREWELL, HELD, NOTES_FILE, type Charge, type ChargeAtBroker, type WatchdogNote } from './charge.ts';

/** How long it asks the broker to cancel. */
const CANCEL_MS = 60_000;
/** A turn that took so long means that this process stood still as well: then nothing is known of the other. */
const STOOD_STILL_MS = 2000;

// A scheduler that ends everything means the session; it says farewell when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const heard = {
  at: performance.now(),
  charge: undefined as Charge | undefined,
  held: [] as readonly string[],
  isOver: false,
  isFarewell: false,
};
createInterface({ input: process.stdin })
  .on('line', (line) => {
    heard.at = performance.now();
    // The first line is written by the session beside this file.
    if (heard.charge === undefined) heard.charge = JSON.parse(line) as Charge;
    else if (line === FAREWELL) heard.isFarewell = true;
    else if (line.startsWith(HELD)) heard.held = JSON.parse(line.slice(HELD.length)) as readonly string[];
  })
  .on('close', () => (heard.isOver = true));
/** The account as it was opened at the start. */
let prepared: Broker | undefined;
/** Messages on their way. */
const telling: Promise<void>[] = [];
const isOfSameCode = await watch();
await Promise.all(telling);
// The session is told by this that nobody watches it.
if (!isOfSameCode) process.exit(1);

/** Watches until the session is over, one way or the other; false where it runs other code, and is not watched. */
async function watch(): Promise<boolean> {
  let turnedAt = performance.now();
  let isChecked = false;
  while (!heard.isOver) {
    await wait(BEAT_MS);
    const now = performance.now();
    if (now - turnedAt > STOOD_STILL_MS) heard.at = now;
    turnedAt = now;
    const { charge } = heard;
    if (charge !== undefined && !isChecked) {
      isChecked = true;
      if (isOther(charge)) return false;
      await prepare(charge);
    }
    if (charge === undefined || heard.isFarewell || now - heard.at <= charge.blockedMs) continue;
    const seconds = ((now - heard.at) / 1000).toFixed(1);
    end(charge.pid);
    say(
      charge,
      `its loop stood still for ${seconds} s, the limit is ${charge.blockedMs / 1000} s: it is ended${unwatched()}`,
    );
    await settle(charge, charge.atBroker);
    return true;
  }
  if (heard.charge === undefined || heard.isFarewell) return true;
  const isPaper = heard.charge.atBroker === undefined;
  const more = isPaper ? '; it was on paper, the same command goes on' : unwatched();
  say(heard.charge, `it is gone without a farewell${more}`);
  await settle(heard.charge, heard.charge.atBroker);
  return true;
}

/** Whether the session runs other code than this process, as where somebody installs another version while it begins. */
function isOther(charge: Charge): boolean {
  const own = programHash();
  if (charge.program === own) return false;
  const [theirs, ours] = [charge.program, own].map((hash) => `${hash.slice(0, 12)}…`);
  say(charge, `it runs the code ${theirs}, its watchdog ${ours}: it is not watched; end it, and start it again`);
  return true;
}

/** Loads what stops the account while there is time: what is missing is told now, and not when it is needed. */
async function prepare(charge: Charge): Promise<void> {
  if (charge.atBroker === undefined || charge.atBroker.ifDead === 'keep') return;
  try {
    prepared = await opened(charge, charge.atBroker);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(charge, `if the session dies its watchdog cannot cancel what works: ${why}`);
  }
}

function opened(
  { deckFolder: folder }: Charge,
  { mode, broker: config, tape, fakeUrl }: ChargeAtBroker,
): Promise<Broker> {
  return openBroker({ mode, config, tape, folder, environment: process.env, fakeUrl });
}

/** What protects no longer, because only the session watched it. */
function unwatched(): string {
  const { held } = heard;
  return held.length === 0 ? '' : `; nobody watches the stops of ${held.join(', ')}, which it held`;
}

/** Waits for another process that goes on; without one, what works is treated as at the end of a session. */
async function settle(charge: Charge, left: ChargeAtBroker | undefined): Promise<void> {
  if (left === undefined) return;
  const until = performance.now() + left.deadMs;
  while (performance.now() < until) {
    await wait(BEAT_MS);
    // Somebody else holds the account, or held it; or there is no telling any more who does.
    if (newestLease(leaseHome(), left.account) !== left.epoch) return;
  }
  if (left.ifDead === 'keep') {
    say(charge, 'nobody goes on with it; what works is kept (session.ifDead)');
    return;
  }
  let lease: FileLease | undefined;
  try {
    lease = FileLease.take(leaseHome(), left.account, `the watchdog of ${charge.deck}`);
    const renewing = setInterval(() => lease?.renew(), 3000);
    try {
      await cancelAll(charge, left);
    } finally {
      clearInterval(renewing);
    }
  } catch (error) {
    const isHeld = error instanceof Fault && error.code === 'lease.held';
    if (!isHeld)
      say(charge, `what works could not be canceled: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    lease?.release();
  }
}

async function cancelAll(charge: Charge, left: ChargeAtBroker): Promise<void> {
  // Keys may be others since.
  const broker = await opened(charge, left).catch((error: unknown) => {
    if (prepared === undefined) throw error;
    return prepared;
  });
  const report = await broker.cancelAll(CANCEL_MS, left.ifDead === 'keep-exits');
  const { isEmpty, asked, ended, open, failures, kept = 0, unprotected = [] } = report;
  // What filled first was not canceled.
  const canceled = ended?.filter(({ how }) => how !== 'filled').length ?? asked;
  const working = open.map(({ symbol, status }) => `${symbol} ${status}`);
  const what = isEmpty
    ? `nobody goes on with it; ${canceled} orders were canceled, and ${kept === 0 ? 'no order works' : `${kept} that only close are kept`}`
    : `orders may still work: ${[...working, ...failures].join('; ')}`;
  const bare = unprotected.map(({ symbol, quantity }) => `${quantity} ${symbol}`);
  say(charge, bare.length === 0 ? what : `${what}; held, and nothing at work closes it: ${bare.join(', ')}`);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It went by itself in the meantime.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Tells people, and leaves a note for the session that comes next. */
function say(charge: Charge, what: string): void {
  const at = new Date().toISOString();
  const note: WatchdogNote = { at, what };
  // A broker's words are part of it: they begin no line of their own, and steer no terminal.
  process.stderr.write(`P1 watchdog of ${charge.deck}: ${plain(what).replaceAll('\n', ' ')}\n`);
  appendFileSync(join(charge.folder, NOTES_FILE), `${JSON.stringify(note)}\n`);
  telling.push(tellPeople(charge, what, at));
}

/** Tells them wherever they are; what it has to do it does all the same. */
async function tellPeople(
  { deck, alerts, mode, atBroker, deckFolder }: Charge,
  message: string,
  at: string,
): Promise<void> {
  if (alerts?.channels === undefined) return;
  try {
    const world = { folder: deckFolder, environment: process.env, isLive: mode === 'live' };
    const speaker = { mode, deck, account: atBroker === undefined ? '' : tailOf(atBroker.account) };
    const tried = await sendToAll(channelsOf(alerts, world), speaker, { code: 'desk.dead', priority: 1, message, at });
    for (const { name, error } of tried) {
      if (error !== null) process.stderr.write(`watchdog of ${deck}: ${name}: ${error}\n`);
    }
  } catch (error) {
    // A secret may be gone by now.
    process.stderr.write(`watchdog of ${deck}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
