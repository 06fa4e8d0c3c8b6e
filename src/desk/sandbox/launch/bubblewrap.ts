/**
 * A strategy in namespaces of its own, by bubblewrap: it sees its code, the package and Node, read-only, and nothing else
 * of the machine: no network, no other process, no file to write to. A filter of calls keeps it from starting processes.
 */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import process from 'node:process';
import { Fault } from '../../../base/fault.ts';
import { nodeArgs, nodeGuards, type Bounds, type Launch, type Program } from './launch.ts';
import { toolPath, withLimits } from './rlimits.ts';
import { callFilter } from './seccomp.ts';

/** Without one of these it is no sandbox. */
export const BUBBLEWRAP_GUARDS = [
  '--unshare-all',
  '--unshare-user',
  '--disable-userns',
  '--die-with-parent',
  '--new-session',
  '--cap-drop ALL',
  '--clearenv',
  '--uid 65534',
  '--gid 65534',
  '--hostname strategy',
] as const;

/** Where the libraries lie that Node itself is linked to. */
const LIBRARIES = ['/usr/lib', '/usr/lib64', '/lib', '/lib64'] as const;

/** The file that bubblewrap reads the filter from: the first one after the three that every process has. */
const FILTER_FD = 3;

export function launchBubblewrap(bounds: Bounds, program: Program): Launch {
  const bwrap = toolPath('bwrap');
  if (bwrap === undefined) {
    throw new Fault('sandbox.missing', 'bubblewrap is not installed', { field: 'strategy.process' }, INSTALL);
  }
  const { before, guards } = withLimits(bounds, program);
  const filter = callFilter(process.arch);
  const filtered = filter === undefined ? [] : ['--seccomp', String(FILTER_FD)];
  const closing = ['--remount-ro', '/'];
  const [command, ...args] = [
    ...before,
    bwrap,
    ...BUBBLEWRAP_GUARDS.flatMap((guard) => guard.split(' ')),
    ...filtered,
    ...LIBRARIES.flatMap(bindLibrary),
    ...[program.node, ...program.reads].flatMap((path) => ['--ro-bind', path, path]),
    ...program.writes.flatMap((path) => ['--bind', path, path]),
    '--dir',
    program.folder,
    '--chdir',
    program.folder,
    // Last: whatever was made for the binds is closed too.
    ...closing,
    '--',
    program.node,
    ...nodeArgs(bounds, program),
  ];
  return {
    command,
    args,
    guards: [
      ...guards,
      'bwrap',
      ...BUBBLEWRAP_GUARDS,
      ...(filter === undefined ? [] : ['--seccomp']),
      closing.join(' '),
      'node',
      ...nodeGuards(bounds),
    ],
    ...(filter === undefined ? {} : { filter }),
  };
}

const INSTALL = 'install it (Debian: apt-get install bubblewrap), or say process: docker';

/** Links to folders of libraries are links there too. */
function bindLibrary(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}
