/**
 * `tradedeck alerts`: what a session raised, that somebody has taken note of it, and whether messages reach people at all.
 */
import { userInfo } from 'node:os';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { SESSION_ALERTS_FIELD, testChannels } from '../desk/alerts/send-once.ts';
import { askSession } from '../desk/session/control.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { runningFolder } from './find-session.ts';
import { command, type AskFlags, type TellFlags } from './session-commands.ts';
import { alertsOf } from './session-lines.ts';
import { print, styled } from './terminal.ts';

/** Lists the alerts of a session that runs; 1 where one is open that wakes somebody. */
export async function listAlerts(name: string | undefined, flags: AskFlags): Promise<ExitCode> {
  const { status } = await askSession(runningFolder(name, flags.runs), { ask: 'status' });
  const { alerts, channels } = status;
  if (flags.json === true) print(JSON.stringify({ alerts, channels }, undefined, 2));
  else {
    for (const line of alerts.length === 0 ? [styled('dim', 'no alerts')] : alertsOf(status)) print(line);
    for (const { name: channel, delivered, waiting, lost, trouble } of channels) {
      const state = trouble === null ? styled('green', 'works') : styled('red', trouble);
      print(`${channel}: ${delivered} delivered, ${waiting} waiting, ${lost} lost; ${state}`);
    }
    if (channels.length === 0) print(styled('dim', `nobody is told outside the terminal (${SESSION_ALERTS_FIELD})`));
  }
  const isOpen = alerts.some(
    ({ priority, acknowledgedBy, overAt }) => priority === 1 && acknowledgedBy === null && overAt === null,
  );
  return isOpen ? EXIT.problem : EXIT.ok;
}

/** Takes note of one alert, or all: it is not said again. */
export async function acknowledge(
  name: string | undefined,
  { alert, ...flags }: TellFlags & { readonly alert: number | 'all' },
): Promise<ExitCode> {
  const { status } = await askSession(runningFolder(name, flags.runs), { ask: 'status' });
  const known = status.alerts.map(({ number }) => number);
  if (alert !== 'all' && !known.includes(alert)) {
    const hint = known.length === 0 ? 'there is none' : `these are known: ${known.join(', ')}`;
    throw new Fault('session.no-alert', `no alert ${alert}`, {}, hint);
  }
  return command({ do: 'acknowledge', alert }, name, flags);
}

/** Sends a message through each channel of a deck, and says which took it; 1 where one did not. */
export async function testAlerts(
  target: string,
  { json, ...flags }: RunFlags & { readonly json?: boolean },
): Promise<ExitCode> {
  const { config, folder } = await chooseDeck(target, flags);
  const rows = await testChannels(config, { folder, environment: process.env, by: userInfo().username });
  if (json === true) print(JSON.stringify(rows, undefined, 2));
  for (const { name, error, ms } of json === true ? [] : rows) {
    print(
      error === null
        ? `${styled('green', 'taken')}    ${name}, ${ms} ms`
        : `${styled('red', 'NOT taken')}  ${name}: ${error}`,
    );
  }
  if (rows.length === 0) {
    throw new Fault('config.missing', 'the deck names nobody who is told', { field: SESSION_ALERTS_FIELD });
  }
  return rows.every(({ error }) => error === null) ? EXIT.ok : EXIT.problem;
}
