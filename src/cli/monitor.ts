/**
 * `tradedeck health` and `tradedeck metrics`: whether a session does well, for a person and for a program that asks every
 * minute; and its measures for Prometheus, printed once or served on this machine.
 */
import { createServer, type ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { Fault } from '../base/fault.ts';
import { askSession } from '../desk/session/control.ts';
import type { MeasuresStatus } from '../desk/session/measures.ts';
import { metricsText, type MeasuredSession } from '../desk/session/metrics-text.ts';
import type { SessionStatus } from '../desk/session/status.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { runningFolder, runningFolders } from './find-session.ts';
import { ageText } from './session-lines.ts';
import { stoppedBySignals } from './stopping.ts';
import { oneLine, print, styled, tell } from './terminal.ts';

interface Flags {
  readonly runs?: string;
  readonly json?: boolean;
}

export interface HealthCheck {
  readonly name: string;
  readonly isWell: boolean;
  readonly says: string;
}

/** What is no longer of now, in seconds. */
const PRICES_OLD_S = 90;
const BOOKS_OLD_S = 120;
const LAG_MAX_MS = 1000;

/** Shows each check; exit code 1 where one fails. */
export async function health(name: string | undefined, flags: Flags): Promise<ExitCode> {
  const folder = runningFolder(name, flags.runs);
  const askedMs = performance.now();
  const { status, measures } = await askSession(folder, { ask: 'measures' });
  const checks = healthChecks(status, measures, performance.now() - askedMs);
  const isWell = checks.every((check) => check.isWell);
  if (flags.json === true) print(JSON.stringify({ session: basename(folder), healthy: isWell, checks }, undefined, 2));
  else {
    for (const { name: what, isWell: isGood, says } of checks) {
      print(`${isGood ? styled('green', '✓') : styled('red', '✗')} ${what.padEnd(12)} ${oneLine(says)}`);
    }
  }
  return isWell ? EXIT.ok : EXIT.problem;
}

/** What a session must be to be well; `answeredMs` is how long it took to answer. */
export function healthChecks(
  status: SessionStatus,
  measures: MeasuresStatus | undefined,
  answeredMs: number,
): HealthCheck[] {
  const { state, reason, journal, at, pricesAt, reconciledAt, mode, unknown, alerts, channels, records } = status;
  const urgent = alerts.filter(
    (alert) => alert.priority === 1 && alert.overAt === null && alert.acknowledgedBy === null,
  );
  const silent = channels.filter(({ trouble }) => trouble !== null);
  const aged = (what: string, of: number, oldS: number): HealthCheck => ({
    name: what,
    isWell: (at - of) / 1e6 <= oldS,
    says: `${ageText(at - of)} old, at most ${oldS} s`,
  });
  return [
    { name: 'answer', isWell: answeredMs <= LAG_MAX_MS, says: `after ${answeredMs.toFixed(1)} ms` },
    { name: 'state', isWell: state === 'active', says: `${state}: ${reason}` },
    { name: 'journal', isWell: journal === 'ok', says: `${journal}, ${records} records${syncText(measures)}` },
    // A recorded tape has no age.
    ...(pricesAt === null ? [] : [aged('prices', pricesAt, PRICES_OLD_S)]),
    ...(mode === 'paper'
      ? []
      : [
          reconciledAt === null
            ? { name: 'books', isWell: false, says: 'not compared with the broker’s yet' }
            : aged('books', reconciledAt, BOOKS_OLD_S),
        ]),
    { name: 'outcomes', isWell: unknown === 0, says: unknown === 0 ? 'all known' : `${unknown} orders are unknown` },
    {
      name: 'alerts',
      isWell: urgent.length === 0,
      says: urgent.length === 0 ? 'none of priority 1 is open' : urgent.map(({ text }) => text).join('; '),
    },
    ...(channels.length === 0
      ? []
      : [
          {
            name: 'channels',
            isWell: silent.length === 0,
            says:
              silent.length === 0
                ? `${channels.length} work`
                : silent.map((channel) => `${channel.name}: ${channel.trouble}`).join('; '),
          },
        ]),
  ];
}

function syncText(measures: MeasuresStatus | undefined): string {
  if (measures === undefined || measures.journalFsyncMs.count === 0) return '';
  const { sum, count } = measures.journalFsyncMs;
  return `, a sync takes ${(sum / count).toFixed(2)} ms`;
}

/** Prints the measures of a session, or of all that run, or serves them on this machine until it is stopped. */
export async function metrics(
  name: string | undefined,
  flags: Flags & { readonly listen?: number },
): Promise<ExitCode> {
  if (flags.listen !== undefined) return serve(name, flags.listen, flags.runs);
  const measured = await measuredSessions(name, flags.runs);
  if (flags.json === true) {
    print(
      JSON.stringify(
        measured.map(({ name: session, measures }) => ({ session, ...measures })),
        undefined,
        2,
      ),
    );
  } else process.stdout.write(metricsText(measured));
  return EXIT.ok;
}

async function measuredSessions(name: string | undefined, runs: string | undefined): Promise<MeasuredSession[]> {
  const folders = name === undefined ? runningFolders(runs) : [runningFolder(name, runs)];
  const asked = await Promise.allSettled(folders.map((folder) => askSession(folder, { ask: 'measures' })));
  return asked.flatMap((answer, i) => {
    // One that ended meanwhile, or does not answer, is missing: that is what an alarm looks at.
    if (answer.status === 'rejected' || answer.value.measures === undefined) return [];
    const { status, measures } = answer.value;
    return [{ name: basename(folders[i]), status, measures }];
  });
}

async function serve(name: string | undefined, port: number, runs: string | undefined): Promise<ExitCode> {
  using stopping = stoppedBySignals();
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { connection: 'close' }).end('GET /metrics\n');
      return;
    }
    void answer(response, name, runs);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new Fault('config.value', `cannot listen there: ${error.message}`, { field: '--listen' }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  tell(`http://127.0.0.1:${bound}/metrics   Ctrl-C ends it`);
  while (!(await stopping.waited(60_000)));
  server.closeAllConnections();
  server.close();
  return EXIT.interrupted;
}

async function answer(response: ServerResponse, name: string | undefined, runs: string | undefined): Promise<void> {
  try {
    const text = metricsText(await measuredSessions(name, runs));
    // A connection that was kept open could end just when the next question comes.
    const head = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', connection: 'close' };
    response.writeHead(200, head).end(text);
  } catch (error) {
    // A session that was named and does not run.
    response.writeHead(503).end(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}
