/**
 * `tradedeck doctor`: whether this machine has what Tradedeck needs, and what to do where it has not.
 */
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { armingKeyFile } from '../desk/session/arming.ts';
import { DRILL_DAYS, drillAgeDays, lastDrill as newestDrill } from '../desk/session/last-drill.ts';
import { LIBRARIES, type Library } from '../desk/wiring/libraries.ts';
import { ownVersion } from '../desk/run/package.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, styled } from './terminal.ts';

interface Diagnosis {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do; empty when it is well. */
  readonly advice: string;
}

const NODE_NEEDED = 26;
const GIGABYTE = 2 ** 30;

/** Runs the command: 1 when something fails. */
export async function doctor({ json }: { readonly json?: boolean }): Promise<ExitCode> {
  const diagnoses = [
    node(),
    ...(await Promise.all(LIBRARIES.map(library))),
    folder('runs', 'where runs are kept'),
    folder(tmpdir(), 'where compiled code is kept'),
    disk(),
    zones(),
    memory(),
    ...lastDrill(Date.now()),
  ];
  if (json === true) print(JSON.stringify({ version: ownVersion(), diagnoses }, undefined, 2));
  else {
    print(`tradedeck ${ownVersion()} on ${process.platform}-${process.arch}, ${availableParallelism()} processors`);
    for (const { what, state, found, advice } of diagnoses) {
      const colour = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
      print(
        `${styled(colour[state], state.padEnd(5))} ${what.padEnd(18)} ${found}${advice === '' ? '' : `  → ${advice}`}`,
      );
    }
  }
  return diagnoses.some(({ state }) => state === 'fail') ? EXIT.problem : EXIT.ok;
}

/** Whoever plays with real money rehearses how it is stopped, each month; others are not asked. */
function lastDrill(nowMs: number): readonly Diagnosis[] {
  const day = newestDrill()?.at.slice(0, 10) ?? '';
  if (day === '' && !existsSync(armingKeyFile())) return [];
  const isFresh = drillAgeDays(nowMs) <= DRILL_DAYS;
  const advice = isFresh ? '' : 'tradedeck drill';
  return [{ what: 'kill switch', state: isFresh ? 'ok' : 'warn', found: `last rehearsed: ${day || 'never'}`, advice }];
}

function node(): Diagnosis {
  const { node: version } = process.versions;
  const isEnough = Number.parseInt(version, 10) >= NODE_NEEDED;
  const advice = isEnough ? '' : `install Node ${NODE_NEEDED}, or Tradedeck again with its optional dependencies`;
  return { what: 'Node', state: isEnough ? 'ok' : 'fail', found: version, advice };
}

async function library({ name, purpose, isOptional, install = 'npm install', load }: Library): Promise<Diagnosis> {
  try {
    await load();
    return { what: name, state: 'ok', found: purpose, advice: '' };
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return {
      what: name,
      state: isOptional ? 'warn' : 'fail',
      found,
      advice: `${install} (${purpose})`,
    };
  }
}

function folder(path: string, purpose: string): Diagnosis {
  const what = `writing ${path}`;
  const place = existsSync(path) ? path : resolve(path, '..');
  try {
    accessSync(place, constants.W_OK);
    const trial = mkdtempSync(join(place, '.tradedeck-'));
    writeFileSync(join(trial, 'trial'), 'x');
    rmSync(trial, { recursive: true });
    return { what, state: 'ok', found: purpose, advice: '' };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { what, state: 'fail', found, advice: `make ${resolve(place)} writable, or choose another folder` };
  }
}

function disk(): Diagnosis {
  const { bavail, bsize } = statfsSync('.');
  const free = (bavail * bsize) / GIGABYTE;
  const state = free > 1 ? 'ok' : 'warn';
  return {
    what: 'disk',
    state,
    found: `${free.toFixed(1)} GB free`,
    advice: state === 'ok' ? '' : 'runs and catalogs need room',
  };
}

/** Sessions are told by the clocks of exchanges; a Node without their rules would be wrong by hours. */
function zones(): Diagnosis {
  const hour = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: 'numeric', hourCycle: 'h23' });
  const isRight = hour.format(Date.UTC(2024, 6, 1, 12)) === '08' && hour.format(Date.UTC(2024, 0, 1, 12)) === '07';
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isRight
    ? {
        what: 'time zones',
        state: 'ok',
        found: `rules up to date (tz ${process.versions.tz ?? 'unknown'}), yours is ${own}`,
        advice: '',
      }
    : {
        what: 'time zones',
        state: 'fail',
        found: 'New York has the wrong hour',
        advice: 'use a Node with full ICU data',
      };
}

function memory(): Diagnosis {
  const free = freemem() / GIGABYTE;
  const found = `${free.toFixed(1)} of ${(totalmem() / GIGABYTE).toFixed(1)} GB free`;
  const state = free > 0.5 ? 'ok' : 'warn';
  return { what: 'memory', state, found, advice: state === 'ok' ? '' : 'long tapes need some; close something' };
}
