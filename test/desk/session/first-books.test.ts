/** How long a session waits for the books of its broker, and that it asks for them again. */
import { describe, expect, test } from 'vitest';
import { firstBooks, type FirstBooks } from '../../../src/desk/session/first-books.ts';
import type { Input } from '../../../src/engine/live/index.ts';
import { Bench, OPEN } from '../../engine/live/bench.ts';

/** A session that was begun, and what is done when its books are asked for again. */
function begun(onAsk: (bench: Bench, count: number) => void) {
  const bench = new Bench();
  const asked: string[] = [];
  const take = (input: Input): void => {
    bench.take(input);
    if (input.kind === 'command') asked.push(input.command.do);
    onAsk(bench, asked.length);
  };
  const wait = (more: Partial<FirstBooks> = {}): Promise<void> =>
    firstBooks(
      { session: bench.session, take },
      {
        clock: { now: () => OPEN },
        stop: { isStopped: false },
        isLocked: () => false,
        againMs: 20,
        forMs: 2000,
        ...more,
      },
    );
  return { bench, asked, wait };
}

describe('the first books of a session', () => {
  test('are asked for again until they are there', async () => {
    const { bench, asked, wait } = begun((its, count) => count === 3 && its.begin());
    await wait();
    expect(asked).toEqual(['reconcile', 'reconcile', 'reconcile']);
    expect(bench.session.states.account).toBe('active');
  });

  test('that never come end the day, and say how long was waited', async () => {
    const { wait } = begun(() => undefined);
    await expect(wait({ forMs: 60 })).rejects.toThrow("the broker's books could not be read in 0 s");
  });

  test('are not asked for again where the broker refuses the keys', async () => {
    const { asked, wait } = begun(() => undefined);
    await expect(wait({ forMs: 150, isLocked: () => true })).rejects.toThrow('could not be read');
    expect(asked).toEqual([]);
  });

  test('are not waited for by a session that is stopped', async () => {
    const { asked, wait } = begun(() => undefined);
    await wait({ stop: { isStopped: true } });
    expect(asked).toEqual([]);
  });
});
