/**
 * Mistakes in what the worlds that came last bring about, for the bank of planted bugs: clocks that are set.
 */
import { SteadyClock, type ClockSources } from '../../src/desk/session/steady-clock.ts';
import { replace, type PlantedBug } from './plant.ts';

export const PLANTED_WORLDS: readonly PlantedBug[] = [
  {
    name: 'the session goes by the wall clock, whatever it shows',
    plant: () =>
      replace(
        SteadyClock.prototype,
        'now',
        () =>
          function (this: { sources: ClockSources }) {
            return this.sources.wall();
          },
      ),
  },
  {
    name: 'a jump of the clock is left to the next reading of the books',
    plant: () =>
      replace(
        SteadyClock.prototype,
        'now',
        (original) =>
          function (this: SteadyClock) {
            const { onJump } = this;
            const silent = (): void => undefined;
            this.onJump = silent;
            const now = original.call(this);
            this.onJump = onJump;
            return now;
          },
      ),
  },
  {
    name: 'the broker’s time is never heard',
    plant: () => replace(SteadyClock.prototype, 'heard', () => function () {}),
  },
];
