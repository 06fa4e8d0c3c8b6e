/** Which walls this machine has for strategies, for the tests of what happens behind them. */
import { toolPath } from '../../../src/desk/sandbox/launch/rlimits.ts';

/** Whether strategies can be put into namespaces here. */
export const hasBubblewrap: boolean = toolPath('bwrap') !== undefined && toolPath('prlimit') !== undefined;

/** The stronger of the launchers that this machine has. */
export const LAUNCHER = hasBubblewrap ? 'bubblewrap' : 'process';
