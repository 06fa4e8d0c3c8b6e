/**
 * `tradedeck watch`: a session on the whole screen, drawn again while it runs, with keys for what must go quickly.
 *
 * The view is another client of the session's socket: it may die, hang or be closed, and the session does not notice.
 */
import { relative } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import { askSession } from '../../desk/session/control.ts';
import type { SessionStatus } from '../../desk/session/status.ts';
import type { Command } from '../../engine/live/index.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { runningFolder } from '../find-session.ts';
import { harmless, oneLine, print } from '../terminal.ts';
import { Prompt } from './prompt.ts';
import { screenOf } from './screen.ts';

/** Between two looks at the session, in milliseconds. */
const EVERY_MS = 500;
/** Equity values that are remembered for the line of bars. */
const TRAIL_MAX = 1000;
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

export async function watch(name: string | undefined, flags: { readonly runs?: string }): Promise<ExitCode> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    const hint = 'tradedeck status --watch --json is for programs';
    throw new Fault('terminal.missing', 'the live view needs a terminal', {}, hint);
  }
  const folder = runningFolder(name, flags.runs);
  const prompt = new Prompt((command: Command, reason: string) =>
    askSession(folder, { ask: 'command', command, reason }),
  );
  const trail: number[] = [];
  let status: SessionStatus | undefined;
  let answeredAt = performance.now();
  let isGone = false;
  const draw = (): void => {
    if (status === undefined) return;
    const { columns: width, rows: height } = stdout;
    const silence = (performance.now() - answeredAt) / 1000;
    const lines = screenOf(status, {
      folder: relative(process.cwd(), folder),
      width,
      height,
      trail,
      silence,
      prompt: prompt.text,
    });
    // Each line is overwritten and its rest cleared: nothing flickers.
    stdout.write(`\x1b[H${lines.map((line) => `${harmless(oneLine(line))}\x1b[K`).join('\r\n')}`);
  };
  const key = (text: string): void => {
    prompt.type(text);
    draw();
  };
  const leave = (): void => {
    stdin.off('data', key).setRawMode(false).pause();
    stdout.off('resize', draw).write(LEAVE);
  };
  process.once('exit', leave);
  process.once('SIGTERM', () => prompt.quit());
  stdout.write(ENTER);
  stdin.setRawMode(true).setEncoding('utf8').resume().on('data', key);
  stdout.on('resize', draw);
  prompt.onChange = draw;
  try {
    while (!prompt.isDone && !isGone) {
      const answer = await Promise.race([
        askSession(folder, { ask: 'status' }).then(
          (answered) => answered.status,
          () => 'gone' as const,
        ),
        wait(EVERY_MS * 4, undefined),
      ]);
      if (answer === 'gone') isGone = true;
      else if (answer !== undefined) {
        status = answer;
        answeredAt = performance.now();
        trail.push(answer.equity);
        if (trail.length > TRAIL_MAX) trail.shift();
      }
      draw();
      await Promise.race([wait(EVERY_MS), prompt.done]);
    }
  } finally {
    process.off('exit', leave);
    leave();
  }
  if (isGone) print(`the session in ${relative(process.cwd(), folder)} has ended`);
  return EXIT.ok;
}
