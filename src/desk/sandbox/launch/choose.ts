/**
 * Which launcher starts a strategy's process, and whether what it makes is enough for real money: a sandbox without one
 * of its walls is refused, whoever left it out.
 */
import { Fault } from '../../../base/fault.ts';
import type { SessionMode } from '../../../engine/live/index.ts';
import { BUBBLEWRAP_GUARDS, launchBubblewrap } from './bubblewrap.ts';
import { isPinned, launchDocker } from './docker.ts';
import type { Bounds, Launch, LauncherName, Program } from './launch.ts';
import { launchProcess } from './node-process.ts';

/** How a deck wants its strategy run. */
export interface Launching extends Bounds {
  readonly launcher: LauncherName;
  readonly image?: string | undefined;
  /** Whether its author may do what the user may: then a mere process will do for real money. */
  readonly isTrusted: boolean;
}

/** What must be among the guards of a launcher before real money moves; of a docker image, that it is pinned too. */
const NEEDED: Readonly<Record<LauncherName, readonly string[]>> = {
  process: ['--permission', '--disallow-code-generation-from-strings', '--core=0', '--no-new-privs'],
  bubblewrap: [
    ...BUBBLEWRAP_GUARDS,
    '--seccomp',
    '--remount-ro /',
    '--permission',
    '--core=0',
    '--fsize=0',
    '--no-new-privs',
  ],
  docker: [
    '--network=none',
    '--read-only',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--ipc=none',
    '--permission',
  ],
};
/** Beginnings of guards that have a number. */
const NUMBERED: Readonly<Record<LauncherName, readonly string[]>> = {
  process: ['--data='],
  bubblewrap: ['--data=', '--nofile='],
  docker: ['--pids-limit=', '--memory=', '--memory-swap=', '--cpus=', '--user=', '--tmpfs=/tmp:rw,noexec,nosuid'],
};

/** Makes the launch of a program. In live mode one that lacks a wall is a `Fault`. */
export function launchOf(launching: Launching, program: Program, mode: SessionMode | 'backtest'): Launch {
  const { launcher, image, isTrusted } = launching;
  const launch = made(launching, program);
  if (mode !== 'live') return launch;
  const field = 'strategy.process';
  if (launcher === 'process' && !isTrusted) {
    const rule =
      'a mere process is a seat belt and no sandbox: what gets around Node’s permissions is where the keys are';
    throw new Fault(
      'sandbox.weak',
      rule,
      { field },
      'say process: bubblewrap, or trusted: true for code that you have read',
    );
  }
  const lacking = lackingGuards(launcher, launch.guards);
  if (lacking.length > 0) {
    throw new Fault('sandbox.incomplete', `${launcher} would run without ${lacking.join(', ')}`, { field });
  }
  if (launcher === 'docker' && !isPinned(image)) {
    const rule = `real money needs an image by its digest, was ${String(image)}`;
    throw new Fault(
      'sandbox.image',
      rule,
      { field: 'strategy.process.image' },
      'name@sha256:… of docker images --digests',
    );
  }
  return launch;
}

/** What a launch lacks to be a sandbox for real money. */
export function lackingGuards(launcher: LauncherName, guards: readonly string[]): string[] {
  return [
    ...NEEDED[launcher].filter((guard) => !guards.includes(guard)),
    ...NUMBERED[launcher].filter((start) => !guards.some((guard) => guard.startsWith(start))),
  ];
}

function made({ launcher, image, memoryMb, cpus }: Launching, program: Program): Launch {
  const bounds = { memoryMb, cpus };
  switch (launcher) {
    case 'process':
      return launchProcess(bounds, program);
    case 'bubblewrap':
      return launchBubblewrap(bounds, program);
    case 'docker':
      return launchDocker(bounds, program, image);
  }
}
