/** What strategies in processes of their own say at random, and what one of them can do to the desk and to others. */
import { toolPath } from '../src/desk/sandbox/launch/rlimits.ts';
import { fuzz } from '../test/desk/sandbox/fuzz.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';
import { CHAOS, neighbours, NOBODY } from './neighbours.ts';

const MESSAGES = 1_000_000;

export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const launchers = ['process', ...(toolPath('bwrap') === undefined ? [] : ['bubblewrap'])] as const;
  for (const launcher of launchers as readonly ('process' | 'bubblewrap')[]) {
    // Where this one is far from 1, or wide, the machine has other work, and the rest says little.
    const noise = await neighbours(launcher, NOBODY);
    rows.push(
      atMost(`${launcher}, alone twice: p99 of answers, as a multiple of that before`, noise.quotient, 'ratio'),
      atMost(`${launcher}, alone twice: least such multiple`, noise.quotients[0], 'ratio'),
      atMost(`${launcher}, alone twice: greatest such multiple`, noise.quotients[1], 'ratio'),
    );
    for (const [name, does] of Object.entries(CHAOS)) {
      const { alone, quotient, quotients, gapBeside } = await neighbours(launcher, does);
      rows.push(
        atMost(`${launcher}, beside ${name}: p99 of answers, as a multiple of that alone`, quotient, 'ratio', 1.2),
        atMost(`${launcher}, beside ${name}: least such multiple`, quotients[0], 'ratio'),
        atMost(`${launcher}, beside ${name}: greatest such multiple`, quotients[1], 'ratio'),
        atMost(`${launcher}, beside ${name}: longest gap of the desk's loop`, gapBeside, 'ms', 1000),
        atMost(`${launcher}, before ${name}: p99 of answers alone`, alone, 'ms'),
      );
    }
  }
  const start = performance.now();
  const { read, refused, heldMb } = fuzz(MESSAGES, 20_261_130);
  const seconds = (performance.now() - start) / 1000;
  return [
    ...rows,
    atLeast('messages changed at random that were read or refused', read + refused, 'messages', MESSAGES),
    atLeast('of them read', read, 'messages'),
    atMost('heap at its fullest above that before', heldMb, 'MB', 200),
    atLeast('rate', MESSAGES / seconds, 'messages/s'),
  ];
}
