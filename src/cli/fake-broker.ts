/**
 * `tradedeck fake-…`: a broker on this machine that runs until Ctrl-C, and how to point a program at it.
 */
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import type { FakeBroker } from '../desk/wiring/fake-brokers.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, styled, tell } from './terminal.ts';

export interface FakeBrokerFlags {
  readonly port?: number;
  readonly seed?: number;
  readonly date?: string;
  readonly time?: string;
  readonly realTime?: true;
  readonly speed?: string;
  readonly symbol?: string[];
  readonly data?: string[];
  readonly cash?: number;
  readonly live?: true;
  readonly faults?: number;
  readonly json?: true;
}

/** Starts a fake broker, prints where it is, and waits for Ctrl-C or SIGTERM. */
export async function fakeBroker(broker: FakeBroker, flags: FakeBrokerFlags): Promise<ExitCode> {
  const fake = await broker.start({
    port: flags.port ?? broker.port,
    seed: flags.seed ?? 1,
    date: flags.date,
    minutes: clock(flags.time ?? '09:25'),
    realTime: flags.realTime === true,
    speed: speed(flags.speed ?? '1x'),
    symbols: (flags.symbol ?? ['AAPL', 'GOOG', 'MSFT', 'SPY']).map(symbol),
    data: flags.data ?? [],
    cash: flags.cash ?? 100_000,
    paper: flags.live !== true,
    faults: flags.faults ?? 0,
    now: Date.now(),
  });
  const { title, addresses, environment, live } = fake;
  // Before a program can read where it is, it can be ended.
  const told = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.resolve());
  if (flags.json === true)
    print(JSON.stringify({ title, addresses, environment, ...(live === undefined ? {} : { live }) }));
  else {
    print(styled('bold', title));
    print();
    for (const [name, address] of Object.entries(addresses)) print(`  ${name.padEnd(18)} ${address}`);
    print();
    for (const [name, value] of Object.entries(environment)) print(`  export ${name}=${value}`);
    print();
    if (live !== undefined) {
      print('  To rehearse real money: a file that only you may read, and a line of the deck.');
      for (const line of live.keys) print(`  echo ${line} >> keys`);
      print('  chmod 600 keys');
      print(`  ${live.deck}`);
      print();
    }
    tell('Ctrl-C ends it.');
  }
  await told.promise;
  await fake.close();
  return EXIT.ok;
}

/** `09:25`, in minutes after midnight. */
function clock(text: string): number {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new Fault('config.bad-time', `a time must be HH:MM, was ${text}`, { field: '--time' });
  return Number(match[1]) * 60 + Number(match[2]);
}

/** `60x`, `0.5x` or `manual`. */
function speed(text: string): number | 'manual' {
  if (text === 'manual') return 'manual';
  const value = Number(text.replace(/x$/, ''));
  if (!(value > 0 && value <= 100_000)) {
    throw new Fault(
      'config.bad-speed',
      `a speed must be like 60x, above 0 and at most 100000x, or manual, was ${text}`,
      { field: '--speed' },
    );
  }
  return value;
}

/** `AAPL`, a future such as `ESZ26`, or `AAPL:230` with the price that it begins at. */
function symbol(text: string): { symbol: string; price: number | undefined } {
  const match = /^([A-Z][A-Z.]{0,5}|[A-Z0-9]{1,4}[A-Z]\d\d)(?::(\d+(?:\.\d+)?))?$/.exec(text);
  if (match === null) {
    throw new Fault('config.bad-symbol', `a symbol must be like AAPL or AAPL:230, was ${text}`, { field: '--symbol' });
  }
  return { symbol: match[1], price: match[2] === undefined ? undefined : Number(match[2]) };
}
