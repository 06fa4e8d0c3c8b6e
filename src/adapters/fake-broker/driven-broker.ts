/**
 * Broker, market and clock put together: what every fake broker is behind the protocol that it speaks.
 */
import type { CorporateAction } from '../../market/actions.ts';
import type { TapeSlice } from '../../market/tape.ts';
import { DrivenClock, type Speed } from './clock.ts';
import { Broker } from './core/broker.ts';
import type { BrokerConfig } from './core/config.ts';
import { localDay } from './core/random-ids.ts';
import { SimulatedMarket, type SimulatedSymbol } from './core/simulated-market.ts';
import { loadHistory } from './core/tape-history.ts';
import { TapePlayer } from './core/tape-player.ts';

export interface DrivenOptions extends Partial<Omit<BrokerConfig, 'startAt' | 'symbols'>> {
  readonly startAt: number;
  readonly speed: Speed;
  readonly market: FakeMarket;
}

/** Where prices come from: nowhere but the control interface, a seed, or a recorded tape. */
export type FakeMarket =
  | { readonly kind: 'none'; readonly symbols: readonly SimulatedSymbol[] }
  | { readonly kind: 'simulated'; readonly symbols: readonly SimulatedSymbol[]; readonly quotesPerSession?: number }
  | {
      readonly kind: 'tape';
      readonly symbols: readonly SimulatedSymbol[];
      readonly slice: TapeSlice;
      readonly actions: readonly CorporateAction[];
    };

export class DrivenBroker {
  readonly broker: Broker;
  readonly clock: DrivenClock;
  private readonly simulated: SimulatedMarket | undefined;
  private player: TapePlayer | undefined;
  private nextChunkDay: number;

  constructor({ speed, market, startAt, seed = 1, ...config }: DrivenOptions) {
    this.broker = new Broker({ ...config, seed, startAt, symbols: market.symbols });
    this.nextChunkDay = localDay(startAt);
    if (market.kind === 'tape') {
      for (const action of market.actions) if (action.at >= startAt) this.broker.announce(action);
      this.broker.listRecorded(new Set(market.slice.streams.map(({ symbol }) => symbol)));
      loadHistory(this.broker, market.slice, startAt);
      this.player = new TapePlayer(this.broker, market.slice, startAt);
    }
    if (market.kind === 'simulated') {
      const { symbols, quotesPerSession } = market;
      this.simulated = new SimulatedMarket({
        seed,
        symbols,
        ...(quotesPerSession === undefined ? {} : { quotesPerSession }),
      });
      for (const [symbol, bars] of this.simulated.history(this.nextChunkDay)) this.broker.addDailyBars(symbol, bars);
    }
    this.setPace(speed);
    this.clock = new DrivenClock(startAt, speed, (to) => this.advance(to));
  }

  /** Goes on at another speed. */
  setSpeed(speed: Speed): void {
    this.clock.setSpeed(speed);
    this.setPace(speed);
  }

  private setPace(speed: Speed): void {
    this.broker.state.pace = speed === 'manual' ? 1 : speed;
  }

  /** Brings market and broker up to an instant. */
  private advance(to: number): void {
    const { broker } = this;
    // A late jump may cross several weeks; each is simulated when its time has come.
    while (this.simulated !== undefined && localDay(to) >= this.nextChunkDay) {
      const { slice, nextDay } = this.simulated.week(this.nextChunkDay);
      if (this.player !== undefined) this.finish(this.player);
      this.player = new TapePlayer(broker, slice, broker.now);
      this.nextChunkDay = nextDay;
    }
    if (this.player === undefined) broker.advance(to);
    else this.player.advance(Math.max(to, broker.now));
  }

  /** Plays what is left of a week before the next one takes its place. */
  private finish(player: TapePlayer): void {
    while (player.nextAt !== undefined) player.advance(player.nextAt);
  }

  stop(): void {
    this.clock.stop();
  }
}
