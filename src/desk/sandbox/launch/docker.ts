/**
 * A strategy in a container of its own: no network, a read-only root, no capabilities, limits on memory, processors and
 * processes. The image only has to hold a C library; Node, the package and the strategy's code are mounted, read-only.
 */
import { Fault } from '../../../base/fault.ts';
import { nodeArgs, nodeGuards, type Bounds, type Launch, type Program } from './launch.ts';
import { toolPath } from './rlimits.ts';

/** Nobody: neither root nor whoever runs the desk. */
const USER = '65534:65534';

/** Names an image by what is in it and not by what it was called. */
const BY_DIGEST = /@sha256:[0-9a-f]{64}$/;

export function launchDocker(bounds: Bounds, program: Program, image: string | undefined): Launch {
  const docker = toolPath('docker');
  if (docker === undefined) {
    throw new Fault('sandbox.missing', 'docker is not installed', { field: 'strategy.process' });
  }
  if (image === undefined) {
    const rule = 'docker needs an image';
    throw new Fault('sandbox.image', rule, { field: 'strategy.process.image' }, 'debian:stable-slim@sha256:…');
  }
  const guards = dockerGuards(bounds, program);
  const args = [
    'run',
    '--rm',
    '--interactive',
    `--name=${program.name}`,
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
    // The client is not the container: what ends one leaves the other.
    end: [docker, 'kill', program.name],
  };
}

/** What keeps a container in. */
function dockerGuards({ memoryMb, cpus }: Bounds, { writes }: Program): string[] {
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
    `--user=${USER}`,
    '--ipc=none',
    '--init=false',
    '--log-driver=none',
    '--pull=never',
  ];
}

/** Whether an image is named so that it cannot become another one. */
export function isPinned(image: string | undefined): boolean {
  return image !== undefined && BY_DIGEST.test(image);
}
