/**
 * Bars of the past, at the pace that the vendor allows: no more than sixty questions in ten minutes, and no six on one
 * contract in two seconds.
 */
import type { Contract } from '@stoqey/ib';
import { setTimeout as wait } from 'node:timers/promises';
import { DAY, SECOND } from '../../time/instant.ts';
import type { Connection } from './connection.ts';
import type { Library } from './library.ts';
import { utcText } from './words.ts';

export interface PastBar {
  /** `20261118` of a daily bar, seconds since 1970 where a minute begins. */
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const QUESTIONS_MAX = 60;
const WINDOW_MS = 600_000;
/** Between two questions: fewer than six in two seconds. */
const APART_MS = 400;

export class History {
  private readonly library: Library;
  private readonly asked: number[] = [];
  private readonly now: () => number;
  private turn: Promise<void> = Promise.resolve();

  /** `now` in milliseconds that never go back. */
  constructor(library: Library, now: () => number = () => performance.now()) {
    this.library = library;
    this.now = now;
  }

  /** Bars that begin in the span that ends at `to`. Sizes `1 min` and `1 day`; rejects with what the vendor says. */
  async bars(
    connection: Connection,
    contract: Contract,
    size: '1 min' | '1 day',
    from: number,
    to: number,
  ): Promise<readonly PastBar[]> {
    await this.takeTurn();
    const { EventName, WhatToShow, BarSizeSetting } = this.library;
    const setting = size === '1 min' ? BarSizeSetting.MINUTES_ONE : BarSizeSetting.DAYS_ONE;
    // Shares and options in regular hours; a future's session is nearly all of the day.
    const isRegular = String(contract.secType) === 'FUT' ? 0 : 1;
    return connection.ask<readonly PastBar[]>(
      (api, id) =>
        // Times as seconds since 1970: no time zone is guessed.
        api.reqHistoricalData(
          id,
          contract,
          utcText(to),
          durationOf(from, to),
          setting,
          WhatToShow.TRADES,
          isRegular,
          2,
          false,
        ),
      (api, id, done) => {
        const found: PastBar[] = [];
        const onBar = (of: number, time: string, ...figures: readonly number[]): void => {
          if (of !== id) return;
          if (time.startsWith('finished')) {
            done(found);
            return;
          }
          const [open, high, low, close, volume] = figures;
          found.push({ time, open, high, low, close, volume });
        };
        api.addListener(EventName.historicalData, onBar);
        return () => api.removeListener(EventName.historicalData, onBar);
      },
      'bars of the past',
    );
  }

  /** Waits until a question is allowed, behind those that wait already. */
  private takeTurn(): Promise<void> {
    this.turn = this.waitAfter(this.turn);
    return this.turn;
  }

  private async waitAfter(before: Promise<void>): Promise<void> {
    await before;
    const { asked } = this;
    for (;;) {
      const now = this.now();
      while (asked.length > 0 && asked[0] <= now - WINDOW_MS) asked.shift();
      const apart = (asked.at(-1) ?? -Infinity) + APART_MS - now;
      const full = asked.length < QUESTIONS_MAX ? 0 : asked[0] + WINDOW_MS - now;
      const left = Math.max(apart, full);
      if (left <= 0) break;
      await wait(left);
    }
    asked.push(this.now());
  }
}

/** The vendor's word for a span: seconds of up to a day, then days, then years. */
function durationOf(from: number, to: number): string {
  const span = to - from;
  if (span <= DAY) return `${Math.max(60, Math.ceil(span / SECOND))} S`;
  const days = Math.ceil(span / DAY);
  return days <= 365 ? `${days} D` : `${Math.ceil(days / 365)} Y`;
}
