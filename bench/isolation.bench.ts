/** What strategies in processes of their own cost, and what one of them can do to the desk and to others. */
import { fuzz } from '../test/desk/sandbox/fuzz.ts';
import { atLeast, atMost, type BenchRow } from './bench.ts';

const MESSAGES = 1_000_000;

export function bench(): BenchRow[] {
  const start = performance.now();
  const { read, refused, heldMb } = fuzz(MESSAGES, 20_261_130);
  const seconds = (performance.now() - start) / 1000;
  return [
    atLeast('messages changed at random that were read or refused', read + refused, 'messages', MESSAGES),
    atLeast('of them read', read, 'messages'),
    atMost('heap at its fullest above that before', heldMb, 'MB', 200),
    atLeast('rate', MESSAGES / seconds, 'messages/s'),
  ];
}
