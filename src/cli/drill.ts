/**
 * `tradedeck drill`: rehearses all levels of a stop, against a fake broker that it starts for it or in a session that runs
 * without real money, and leaves a report of what happened and how long it took.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import { ownVersion, PACKAGE_FOLDER } from '../desk/run/package.ts';
import { CONTROL_FILE } from '../desk/session/control.ts';
import { drill, type DrillStep } from '../desk/session/drill.ts';
import { drillAgeDays, drillFolder, drillText, lastDrill, type DrillReport } from '../desk/session/last-drill.ts';
import { drillGround } from '../desk/wiring/drill-ground.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { runningFolder } from './find-session.ts';
import { tableText } from './table.ts';
import { print, styled, tell } from './terminal.ts';

interface DrillFlags {
  readonly runs?: string;
  readonly ifOlder?: number;
  readonly json?: true;
}

/** Rests two orders far below the market, again whenever they are gone: something that a stop has to cancel. */
const STRATEGY = `
import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'drill',
  parameters: {},
  setup({ assets }) {
    return {
      onQuote({ bid }) {
        const [asset] = assets;
        if (asset.orders.length > 0 || !(bid > 0)) return;
        for (const below of [0.98, 0.979]) asset.buy(1, { limit: Math.round(bid * below * 100) / 100, reason: 'drill' });
      },
    };
  },
});
`;

/** How long the session of the drill may take to begin. */
const BEGIN_MS = 60_000;

/** Rehearses, prints the report and keeps it; exit code 0 only where every level was confirmed. */
export async function drillCommand(
  session: string | undefined,
  { runs, ifOlder, json }: DrillFlags,
): Promise<ExitCode> {
  const last = lastDrill();
  if (ifOlder !== undefined && last !== undefined && drillAgeDays(Date.now()) <= ifOlder) {
    if (json === true) print(JSON.stringify({ ...last, isNew: false }, undefined, 2));
    else print(`rehearsed on ${last.at}: ${drillText(last)}`);
    return EXIT.ok;
  }
  const say = json === true ? () => undefined : (line: string) => tell(line);
  const onStep = (step: DrillStep): void =>
    say(`level ${step.level}: ${step.isConfirmed ? 'confirmed' : 'NOT CONFIRMED'}`);
  const at = new Date().toISOString();
  const by = userInfo().username;
  const where = session === undefined ? 'a fake broker, with a session of its own' : runningFolder(session, runs);
  say(`rehearsing in ${where}`);
  const steps = session === undefined ? await ownDrill(by, onStep) : await drill({ folder: where, by, onStep });
  const isAll = steps.every(({ isConfirmed }) => isConfirmed);
  const report: DrillReport = { drill: 'tradedeck', version: ownVersion(), at, by, where, confirmed: isAll, steps };
  const folder = drillFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
  if (json === true) print(JSON.stringify({ ...report, file }, undefined, 2));
  else for (const line of [...linesOf(steps), styled('dim', file)]) print(line);
  return isAll ? EXIT.ok : EXIT.problem;
}

function linesOf(steps: readonly DrillStep[]): string[] {
  const ms = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)} ms`);
  const rows = steps.map(({ level, what, isConfirmed, orders, ordersLeft, blockedMs, emptyMs, note }) => [
    String(level),
    what,
    isConfirmed ? 'yes' : 'NO',
    `${orders} → ${ordersLeft}`,
    ms(blockedMs),
    ms(emptyMs),
    note,
  ]);
  const head = ['level', 'what', 'confirmed', 'orders', 'blocked after', 'no orders after', ''];
  return tableText([head, ...rows], rows.length + head.length, new Set([3, 4, 5]));
}

/** A fake broker and a session in a process of its own, in a home of their own: what is stopped there stops nothing else. */
async function ownDrill(by: string, onStep: (step: DrillStep) => void): Promise<readonly DrillStep[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'tradedeck-drill-'));
  const before = process.env['TRADEDECK_HOME'];
  process.env['TRADEDECK_HOME'] = join(scratch, 'home');
  const { url, tape, killAtBroker, close } = await drillGround(Date.now());
  writeFileSync(join(scratch, 'drill.ts'), STRATEGY);
  writeFileSync(join(scratch, 'deck.yaml'), `name: drill\nstrategy: { file: drill.ts }\n${tape}\n`);
  const command = [join(PACKAGE_FOLDER, 'bin', 'tradedeck.js'), 'rehearse', 'deck.yaml', '--at', url, '--json'];
  const child = spawn(process.execPath, command, { cwd: scratch, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    const folder = await begun(join(scratch, 'runs'), child, () => said);
    return await drill({ folder, by, killAtBroker, onStep });
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    await close();
    if (before === undefined) delete process.env['TRADEDECK_HOME'];
    else process.env['TRADEDECK_HOME'] = before;
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function begun(runs: string, child: ChildProcess, said: () => string): Promise<string> {
  for (const end = performance.now() + BEGIN_MS; performance.now() < end && child.exitCode === null;) {
    const entries = existsSync(runs) ? readdirSync(runs) : [];
    const entry = entries.find((each) => existsSync(join(runs, each, CONTROL_FILE)));
    if (entry !== undefined) return join(runs, entry);
    await wait(50);
  }
  throw new Fault('drill.not-begun', `the session of the drill did not begin: ${said().trim()}`);
}
