/**
 * A strategy in a container of its own: no network, a read-only root, no capabilities, limits on memory, processors and
 * processes. The image only has to hold the libraries that Node is linked to, as Node's own
 * images do; Node, the package and the strategy's code are mounted, read-only.
 */
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { Fault } from '../../../base/fault.ts';
import { nodeArgs, nodeGuards, type Bounds, type Launch, type Program } from './launch.ts';
import { toolPath } from './rlimits.ts';

/** Neither root nor whoever runs the desk. */
const NOBODY = 65_534;

/** Names an image by what is in it and not by what it was called. */
const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;

export function launchDocker(bounds: Bounds, program: Program, image: string | undefined): Launch {
  const docker = toolPath('docker');
  if (docker === undefined) {
    throw new Fault('sandbox.missing', 'docker is not installed', { field: 'strategy.process' });
  }
  if (image === undefined) {
    const rule = 'docker needs an image';
    throw new Fault('sandbox.image', rule, { field: 'strategy.process.image' }, 'node:26-slim@sha256:…');
  }
  const guards = dockerGuards(bounds, program);
  // Of its own: the one before it is removed by the daemon, which takes its time.
  const name = `${program.name}-${randomUUID().slice(0, 8)}`;
  const args = [
    'run',
    '--rm',
    '--interactive',
    `--name=${name}`,
    ...guards,
    ...[program.node, ...program.reads].map((path) => `--volume=${path}:${path}:ro`),
    ...program.writes.map((path) => `--volume=${path}:${path}:rw`),
    `--workdir=${program.folder}`,
    `--entrypoint=${program.node}`,
    image,
    ...nodeArgs(bounds, program),
  ];
  return {
    command: docker,
    args,
    guards: ['docker', ...guards, image, 'node', ...nodeGuards(bounds)],
    ...(program.writes.length === 0 ? {} : { writer: userOf(program.writes) }),
    // The client is not the container: what ends one leaves the other, begun or not.
    end: [docker, 'rm', '--force', name],
  };
}

/** What keeps a container in. */
function dockerGuards({ memoryMb, cpus }: Bounds, { writes }: Program): string[] {
  const { user, group } = userOf(writes);
  return [
    '--network=none',
    '--read-only',
    '--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--pids-limit=64',
    `--memory=${memoryMb}m`,
    `--memory-swap=${memoryMb}m`,
    `--cpus=${cpus}`,
    '--ulimit=nofile=256',
    '--ulimit=core=0',
    ...(writes.length === 0 ? ['--ulimit=fsize=67108864'] : []),
    `--user=${user}:${group}`,
    '--ipc=none',
    '--init=false',
    '--log-driver=none',
    '--pull=never',
  ];
}

/** Nobody; but what may write is whoever runs the desk, to whom the folder belongs, unless that is root. */
function userOf(writes: readonly string[]): { readonly user: number; readonly group: number } {
  const [user = 0, group = 0] = [process.getuid?.(), process.getgid?.()];
  return writes.length === 0 || user === 0 ? { user: NOBODY, group: NOBODY } : { user, group };
}

/** Whether an image is named so that it cannot become another one. */
export function isPinned(image: string | undefined): boolean {
  return image !== undefined && BY_DIGEST.test(image);
}
