/**
 * LF-26 from end to end: a rehearsal against a fake broker with a strategy in a process of its own, which loops for ever or fills
 * its heap. It is cut off, and the journal proves the desk's side and the strategy's.
 */
import { expect, test } from 'vitest';
import { deckOf, submitted, verified } from './isolated.ts';
import { ended, fake, PATIENT, start, until } from './rehearsal.ts';

test.each([
  ['loops', 'if (count === 8) for (;;);', /it gave no answer to input \d+ within 4 s/],
  [
    'eats',
    'while (count >= 8) held.push(new Array(10_000).fill(held.length + 0.5));',
    /it (was ended by|ended with|gave no answer)/,
  ],
])(
  'LF-26 a strategy that %s is cut off three times and stays off, and the desk goes on meanwhile',
  PATIENT,
  async (name, does, why) => {
    const url = await fake('10x', '10:30');
    const desk = start('rehearse', deckOf(name, does, 4), '--at', url);
    await until(name, submitted(1));
    const { at } = await until(name, ({ paused }) => String(paused['mine']).includes('it is not started again'));
    // It is asked and answers while its strategy does not.
    const off = await until(name, (status) => status.at > at + 60_000_000);
    expect(off).toMatchObject({ state: 'active', process: { state: 'stopped', pid: null, restarts: 3 } });
    expect(off.process!.why).toMatch(why);
    expect(off.paused['mine']).toContain('it is not started again');
    expect(off.counts['submitted']).toBe(1);
    expect(off.reconciledAt).toBeGreaterThan(at);
    desk.kill('SIGTERM');
    expect(await ended(desk)).toBe(130);
    expect(verified(name)).toMatchObject({ verified: true, strategy: { difference: null } });
  },
);
