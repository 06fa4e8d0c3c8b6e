/**
 * A strategy as a mere process: Node's own permissions, an empty environment and limits of the kernel. A seat belt: it
 * keeps what goes wrong in, and not what is meant to get out. The network stays within the reach of whoever gets around
 * Node's permissions, and so do the user's files.
 */
import { nodeArgs, nodeGuards, type Bounds, type Launch, type Program } from './launch.ts';
import { withLimits } from './rlimits.ts';

export function launchProcess(bounds: Bounds, program: Program): Launch {
  const { before, guards } = withLimits(bounds, program);
  const [command, ...args] = [...before, program.node, ...nodeArgs(bounds, program)];
  return { command, args, guards: [...guards, 'node', ...nodeGuards(bounds)] };
}
