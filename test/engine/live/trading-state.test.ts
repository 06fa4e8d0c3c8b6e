/** What the account may do, through stops that come one after another, restarts and nights. */
import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/engine/live/index.ts';
import type { OrderView } from '../../../src/engine/strategy/strategy.ts';
import { Bench } from './bench.ts';
import { Bench as ToldBench, type Act } from './told-bench.ts';

function told(bench: Bench, command: Command): void {
  bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'drill', command });
}

describe('a stop never lets go of a worse one', () => {
  test.each([
    ['reduce', 'halt', 'halted'],
    ['reduce', 'kill', 'killed'],
    ['halt', 'kill', 'killed'],
    ['halt', 'reduce', 'halted'],
    ['kill', 'halt', 'killed'],
  ] as const)('%s leaves what a %s made: %s', (later, before, state) => {
    const bench = new Bench().begin();
    told(bench, { do: before });
    told(bench, { do: later });
    expect(bench.session.states.account).toBe(state);
  });

  test('and what was asked for is written down', () => {
    const bench = new Bench().begin();
    told(bench, { do: 'kill' });
    told(bench, { do: 'reduce' });
    expect(bench.entries('state').at(-1)!.text).toBe('stays killed, asked to be reducing: drill (test)');
  });
});

describe('nothing is sent before books are compared', () => {
  test('also by an account that only reduces: it recovers first, and reduces then', () => {
    const bench = new Bench().begin();
    told(bench, { do: 'reduce' });
    bench.take({ kind: 'start', at: bench.at });
    expect(bench.session.states.account).toBe('recovering');
    bench.snapshot([]);
    expect(bench.session.states.account).toBe('reducing');
    expect(bench.session.states.reason).toBe('drill (test)');
  });

  test('to reduce while recovering is remembered', () => {
    const bench = new Bench();
    told(bench, { do: 'reduce' });
    expect(bench.session.states.account).toBe('recovering');
    bench.snapshot([]);
    expect(bench.session.states.account).toBe('reducing');
  });

  test('a clear after a restart that has not read them yet lets nothing go before it has', () => {
    const bench = new Bench().begin();
    told(bench, { do: 'halt' });
    bench.take({ kind: 'start', at: bench.at });
    told(bench, { do: 'clear' });
    expect(bench.session.states.account).toBe('recovering');
    bench.quote();
    expect(bench.submissions).toEqual([]);
    bench.snapshot([]);
    expect(bench.session.states.account).toBe('active');
  });

  test('a clear takes back that it only reduces afterwards', () => {
    const bench = new Bench();
    told(bench, { do: 'reduce' });
    told(bench, { do: 'clear' });
    bench.snapshot([]);
    expect(bench.session.states.account).toBe('active');
  });

  test('what only reduces in the evening recovers in the morning, and only reduces then', () => {
    const evening = new Bench().begin();
    told(evening, { do: 'reduce' });
    const morning = new Bench({ restore: evening.session.saveState() });
    expect(morning.session.states.account).toBe('recovering');
    // A morning that ends before its books were read leaves the same.
    expect(morning.session.saveState().live!.states.account).toBe('reducing');
    morning.snapshot([]);
    expect(morning.session.states.account).toBe('reducing');
  });
});

describe('P1 the worst of account, strategy and symbol decides', () => {
  const ACCOUNT = ['active', 'reduce', 'halt', 'kill'] as const;
  const all = ACCOUNT.flatMap((account) =>
    [false, true].flatMap((isPaused) => [false, true].map((isFrozen) => [account, isPaused, isFrozen] as const)),
  );

  test.each(all)(
    'account %s, strategy paused %s, symbol frozen %s; cancels always pass',
    (account, isPaused, isFrozen) => {
      const bench = new ToldBench({});
      bench.act(({ buy }) => buy(10));
      bench.fill(bench.submissions[0], 10, 100);
      let resting: OrderView | undefined;
      bench.act(({ buy }) => void (resting = buy(1, { limit: 50 })));
      bench.accept(bench.submissions[1]);
      if (isPaused) bench.command({ do: 'pause', strategy: 0 });
      if (isFrozen) bench.command({ do: 'freeze', symbol: 'AAA' });
      if (account !== 'active') bench.command({ do: account });
      const left = (act: Act): number => {
        const before = bench.submissions.length;
        bench.act(act);
        return bench.submissions.length - before;
      };
      const isStopped = isPaused || isFrozen;
      expect(left(({ sell }) => sell(10))).toBe(!isStopped && (account === 'active' || account === 'reduce') ? 1 : 0);
      expect(left(({ buy }) => buy(2))).toBe(!isStopped && account === 'active' ? 1 : 0);
      bench.act(({ cancel }) => cancel(resting!));
      expect(bench.asked.filter(({ kind }) => kind === 'cancel')).not.toEqual([]);
    },
  );
});
