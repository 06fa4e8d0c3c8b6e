/**
 * Historical bars, and the pace at which they may be asked for.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../../time/instant.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import { gather, type BarRow } from '../../fake-broker/core/history.ts';
import type { Listing } from '../../fake-broker/core/listing.ts';
import { localDay } from '../../fake-broker/core/random-ids.ts';
import { expiryText } from './contract-book.ts';
import { clockText } from './orders.ts';
import { TwsError } from './tws-error.ts';
import type { Token } from './protocol.ts';

const SIZES: Readonly<Record<string, number>> = {
  '1 min': MINUTE,
  '2 mins': 2 * MINUTE,
  '5 mins': 5 * MINUTE,
  '15 mins': 15 * MINUTE,
  '30 mins': 30 * MINUTE,
  '1 hour': HOUR,
  '1 day': DAY,
};
const UNITS: Readonly<Record<string, number>> = { S: SECOND, D: DAY, W: 7 * DAY, M: 31 * DAY, Y: 366 * DAY };

export interface BarRequest {
  readonly reqId: number;
  readonly listing: Listing;
  /** `20261118-15:30:00`, UTC, or empty for now. */
  readonly end: string;
  readonly size: string;
  readonly duration: string;
  readonly what: string;
  /** 1: New York's clock as text; 2: seconds since 1970. Days are dates in both. */
  readonly format: number;
}

/** Returns the fields of the answer; a `TwsError` tells what is wrong with the question. */
export function barFields(request: BarRequest, now: number): readonly Token[] {
  const { reqId, listing, size, format } = request;
  const step = SIZES[size];
  if (step === undefined) throw new TwsError(321, `Invalid bar size ${size}`);
  const end = request.end === '' ? now : utc(request.end);
  const match = /^(\d+) ([SDWMY])$/.exec(request.duration);
  if (match === null) throw new TwsError(321, `Invalid duration ${request.duration}`);
  const from = end - Number(match[1]) * UNITS[match[2]];
  const { bars } = listing;
  const rows: readonly BarRow[] = step === DAY ? (bars?.daily ?? []) : (bars?.minutes ?? []);
  const within = rows.filter(({ at }) => at >= from && at < end);
  const longer = step <= MINUTE || step === DAY ? within : gather(within, (at) => Math.floor(at / step) * step);
  if (longer.length === 0) {
    throw new TwsError(162, 'Historical Market Data Service error message:HMDS query returned no data');
  }
  const timeOf = (at: number): Token => {
    if (step === DAY) return expiryText(localDay(at));
    return format === 2 ? Math.floor(at / SECOND) : `${clockText(at)} US/Eastern`;
  };
  return [
    reqId,
    clockText(from),
    clockText(end),
    longer.length,
    ...longer.flatMap((bar): Token[] => [
      timeOf(bar.at),
      bar.open / DOLLAR,
      bar.high / DOLLAR,
      bar.low / DOLLAR,
      bar.close / DOLLAR,
      bar.volume,
      bar.volume === 0 ? 0 : bar.turnover / bar.volume / DOLLAR,
      bar.trades,
    ]),
  ];
}

function utc(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d:\d\d:\d\d)$/.exec(text);
  if (match === null) throw new TwsError(321, `Invalid end of data ${text}`);
  return Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}Z`) * 1000;
}

/** The rules of pace: the same question not twice in 15 seconds, six of a contract in two, sixty in ten minutes. */
export class BarPace {
  private readonly asked: { readonly at: number; readonly key: string; readonly contract: string }[] = [];

  check(request: BarRequest, now: number): void {
    const { listing, end, size, duration, what } = request;
    const contract = `${listing.symbol}|${what}`;
    const key = `${contract}|${end}|${size}|${duration}`;
    const within = (span: number): typeof this.asked => this.asked.filter(({ at }) => at > now - span);
    const isViolated =
      within(15 * SECOND).some((one) => one.key === key) ||
      within(2 * SECOND).filter((one) => one.contract === contract).length >= 6 ||
      within(10 * MINUTE).length >= 60;
    if (isViolated) {
      throw new TwsError(162, 'Historical Market Data Service error message:Historical data request pacing violation');
    }
    this.asked.push({ at: now, key, contract });
  }
}
