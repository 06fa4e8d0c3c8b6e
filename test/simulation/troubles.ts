/**
 * What goes on all the time in a simulated world: quotes, ticks, faults that come by themselves, and people.
 */
import type { Command } from '../../src/engine/live/index.ts';
import { bookOne } from './bookings.ts';
import type { SimulatedBroker } from './broker.ts';
import type { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import { MILLI, SECOND, type World } from './world.ts';

/** What goes on all the time: quotes, ticks, and chances for faults that come by themselves. */
export function schedule(
  world: World,
  faults: Faults,
  broker: SimulatedBroker,
  desk: SimulatedDesk,
  market: { readonly isOpen: boolean },
  symbols: readonly string[],
  others: readonly SimulatedDesk[] = [],
): void {
  const prices = new Map<string, number>(symbols.map((symbol) => [symbol, 10_000]));
  // Until when no prices come.
  let blindUntil = -Infinity;
  const quote = (): void => {
    if (!market.isOpen) return;
    const symbol = symbols[world.random.below(symbols.length)];
    const cents = prices.get(symbol)! + world.random.below(5) - 2;
    show(symbol, cents, faults.strikes('badQuote'));
    if (faults.strikes('jump')) jump(symbol, cents);
    // Where much is decided at once, somebody is now and then there first, and the quote has one side.
    if (faults.fired.burst > 0 && world.of('burst').below(4) === 0) {
      world.in(world.of('burst').below(5 * MILLI), () => market.isOpen && show(symbol, prices.get(symbol)!, true));
    }
    world.in(world.between(0.1, 1) * SECOND, quote);
  };
  const show = (symbol: string, cents: number, hasOneSide: boolean): void => {
    prices.set(symbol, cents);
    const [bid, ask] = [cents / 100, (cents + 2) / 100];
    broker.quote(symbol, bid, ask);
    const shown = hasOneSide ? null : ask;
    if (world.now < blindUntil) return;
    desk.take({ kind: 'market', at: desk.clock(), rows: [['quote', symbol, bid, shown, 100, 100]] });
    for (const other of others) {
      other.take({ kind: 'market', at: other.clock(), rows: [['quote', symbol, bid, shown, 100, 100]] });
    }
  };
  const jump = (symbol: string, from: number): void => {
    const { newer } = world;
    const by = Math.round((newer.uniform() - 0.5) * 0.16 * from);
    const back = newer.below(2) === 0 ? 0 : 1 + newer.below(40 * MILLI);
    // It comes while what was decided on the quote before is on its way.
    world.in(newer.below(5 * MILLI), () => {
      if (!market.isOpen) return;
      // Now and then somebody takes all that was offered, and the quote has one side.
      show(symbol, from + by, by % 8 === 0);
      if (back > 0) world.in(back, () => market.isOpen && show(symbol, from - 20 * Math.sign(by), false));
    });
  };
  const tick = (): void => {
    desk.take({ kind: 'tick', at: desk.clock() });
    world.in(0.5 * SECOND, tick);
  };
  const trouble = (): void => {
    if (faults.strikes('linkDown')) desk.stream.break();
    if (faults.strikes('crash')) desk.crash();
    if (faults.strikes('nextSession')) desk.endSession();
    if (faults.strikes('paused')) desk.pause();
    if (faults.strikes('clockStepsBack')) desk.stepClockBack();
    // Of two desks both would book what is the account's.
    if (faults.strikes('booking') && others.length === 0) bookOne(broker, world);
    if (faults.strikes('externalOrder')) {
      broker.tradeByHand(symbols[0]);
      // Somebody looks, and lets it go on.
      world.in(world.between(2, 20) * SECOND, () => tell(desk, { do: 'clear' }));
    }
    if (faults.strikes('bust')) broker.back.bustOne();
    if (faults.strikes('correction')) broker.back.correctOne();
    if (faults.strikes('command')) command(world, desk);
    if (faults.strikes('stoppedTwice')) stopTwice(world, desk);
    if (faults.strikes('replayed')) broker.replay();
    if (faults.strikes('touched')) broker.touchOne();
    if (faults.strikes('endedThere')) broker.endOne();
    if (faults.strikes('oldCorrection')) broker.back.correctOld(true);
    if (faults.strikes('outage')) lose(world, broker, desk);
    if (faults.strikes('feedDown')) blindUntil = world.now + world.latest.below(60 * SECOND);
    if (faults.strikes('exchangeHalt')) halt(world, broker, desk, symbols[world.latest.below(symbols.length)]);
    if (desk.clocks !== undefined && faults.strikes('clockJumps')) jumpClock(world, desk);
    world.in(0.5 * SECOND, trouble);
  };
  // Somebody looks at the books every minute.
  const look = (): void => {
    desk.take({ kind: 'report', at: desk.clock(), report: { kind: 'link', state: 'up', reason: 'look' } });
    world.in(60 * SECOND, look);
  };
  quote();
  tick();
  trouble();
  look();
}

function command(world: World, desk: SimulatedDesk): void {
  const commands = [
    { do: 'halt' },
    { do: 'kill' },
    { do: 'clear' },
    { do: 'clear' },
    { do: 'cancel', order: 'all' },
    { do: 'flatten', symbol: 'all' },
    { do: 'reduce' },
    { do: 'pause', strategy: 0 },
    { do: 'resume', strategy: 0 },
  ] as const;
  tell(desk, commands[world.random.below(commands.length)]);
}

/** Whatever comes second, the account is stopped as the worse of the two says, through a restart too. */
function stopTwice(world: World, desk: SimulatedDesk): void {
  const stops = ['halt', 'kill', 'reduce', 'reduce'] as const;
  const [first, between, second] = Array.from({ length: 3 }, () => world.newest.below(4));
  tell(desk, { do: stops[first] });
  world.in(2 * SECOND, () => {
    if (between < 2) desk.crash();
    else tell(desk, { do: stops[second] });
  });
  world.in(20 * SECOND, () => tell(desk, { do: 'clear' }));
}

/**
 * Nobody answers for a while, and half of the time the stream is gone, too; what happens meanwhile is corrected and told again,
 * and half of the time the process dies in the middle.
 */
function lose(world: World, broker: SimulatedBroker, desk: SimulatedDesk): void {
  const { latest } = world;
  const lasts = latest.below(120 * SECOND) + 1;
  desk.loseBroker(lasts, latest.below(2) === 0);
  for (let count = latest.below(6); count > 0; count--) {
    world.in(latest.below(lasts), () => broker.back.correctOld(false));
    world.in(latest.below(lasts), () => broker.replay());
  }
  if (latest.below(2) === 0) world.in(latest.below(lasts), () => desk.crash());
}

/** The clock of the machine is set, and right again later; then somebody looks, and lets it go on. */
function jumpClock(world: World, desk: SimulatedDesk): void {
  const { epoch, clocks } = desk;
  clocks!.jump(() => desk.epoch !== epoch || !desk.isAwake);
  world.in(40 * SECOND, () => tell(desk, { do: 'clear' }));
}

/** The exchange halts a symbol; who is not there, or hears no prices, does not hear of it. */
function halt(world: World, broker: SimulatedBroker, desk: SimulatedDesk, symbol: string): void {
  const say = (state: 'halted' | 'trading'): void => {
    broker.halt(symbol, state === 'halted');
    desk.take({ kind: 'status', at: desk.clock(), symbol, state, reason: 'LUDP' });
  };
  say('halted');
  world.in(world.latest.below(30 * SECOND), () => say('trading'));
}

/** A process has begun, and somebody is at its keys before it knows how it stands. */
export function commandSoon(world: World, desk: SimulatedDesk): void {
  const { latest } = world;
  const commands: readonly Command[] = [
    { do: 'flatten', symbol: 'all' },
    { do: 'flatten', symbol: 'AAA' },
    { do: 'clear' },
    { do: 'reduce' },
    { do: 'halt' },
    { do: 'kill' },
    { do: 'resume', strategy: 0 },
    { do: 'cancel', order: 'all' },
    { do: 'freeze', symbol: 'AAA' },
    { do: 'unfreeze', symbol: 'AAA' },
    { do: 'reconcile' },
  ];
  for (let count = 1 + latest.below(3); count > 0; count--) {
    const command = commands[latest.below(commands.length)];
    world.in(latest.below(3 * SECOND), () => tell(desk, command));
  }
  const goOn: readonly Command[] = [{ do: 'clear' }, { do: 'resume', strategy: 0 }, { do: 'unfreeze', symbol: 'AAA' }];
  world.in(20 * SECOND, () => goOn.forEach((command) => tell(desk, command)));
}

function tell(desk: SimulatedDesk, command: Command): void {
  desk.take({ kind: 'command', at: desk.clock(), by: 'operator', reason: 'drill', command });
}
