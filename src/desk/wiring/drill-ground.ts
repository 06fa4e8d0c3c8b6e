/**
 * Where a drill is held that is to touch nothing else: a fake broker on this machine, and how its account is stopped with
 * nothing but its keys.
 */
import { FAKE_BROKERS } from './fake-brokers.ts';
import { KILL_SWITCHES, keysOf } from './kill-switches.ts';

export interface DrillGround {
  /** Where the fake broker listens. */
  readonly url: string;
  /** The line of a deck that takes its prices. */
  readonly tape: string;
  /** Stops the account at the broker: whether all was confirmed, how many orders were asked to end, and what is to be said. */
  killAtBroker(): Promise<{ readonly isConfirmed: boolean; readonly asked: number; readonly note: string }>;
  close(): Promise<void>;
}

/** How long the broker may take to confirm that all is stopped. */
const KILL_MS = 20_000;

/** Starts the fake broker, ten in the morning of its next session; `now` is milliseconds since 1970. */
export async function drillGround(now: number): Promise<DrillGround> {
  // Both are in the lists of what there is.
  const broker = FAKE_BROKERS.find(({ command }) => command === 'fake-alpaca')!;
  const found = KILL_SWITCHES.find((each) => each.broker === 'alpaca')!;
  const fake = await broker.start({
    port: 0,
    seed: 1,
    date: undefined,
    minutes: 600,
    realTime: false,
    speed: 1,
    symbols: [{ symbol: 'SPY', price: undefined }],
    data: [],
    cash: 100_000,
    paper: true,
    faults: 0,
    now,
  });
  const url = fake.addresses['trading and data'];
  const keys = keysOf(found, fake.environment);
  return {
    url,
    tape: 'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    async killAtBroker() {
      const request = { account: undefined, flatten: false, forMs: KILL_MS, tell: () => undefined };
      const { isSuspended, isEmpty, asked, failures } = await found.kill({ ...request, keys, url });
      const note = failures.length > 0 ? failures.join('; ') : 'new orders are blocked at the broker';
      return { isConfirmed: isSuspended === true && isEmpty, asked, note };
    },
    close: () => fake.close(),
  };
}
