/**
 * What Alpaca books without an order, in our words. What has no word of ours, or was corrected or taken back since, is
 * told as `other`: it is a person's to look at, and nothing is made of it here.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type { Activity, ActivityKind } from '../../engine/live/index.ts';
import { activity as codec, type BookingActivity } from './payload/account.ts';

/**
 * Activity types by what they are to our books.
 * Source: Trading API 2.0.1, schemas ActivityType and ActivitySubType.
 */
const KINDS: Readonly<Record<string, ActivityKind>> = {
  OPASN: 'assignment',
  OPEXC: 'exercise',
  OPEXP: 'expiry',
  OPTRD: 'delivery',
  DIV: 'dividend',
  DIVCGL: 'dividend',
  DIVCGS: 'dividend',
  DIVFT: 'dividend',
  DIVNRA: 'dividend',
  DIVROC: 'dividend',
  DIVTXEX: 'dividend',
  DIVFEE: 'fee',
  INT: 'interest',
  INTNRA: 'interest',
  INTTW: 'interest',
  FEE: 'fee',
  PTC: 'fee',
  SPLIT: 'split',
  NC: 'rename',
  JNLC: 'transfer',
  CSD: 'transfer',
  CSW: 'transfer',
  ACATC: 'transfer',
  TRANS: 'transfer',
};

const PER_PAGE = 100;
const PAGES_MAX = 50;
/** How far back is read when nothing was ever read: what is older cannot show any more. */
const FIRST_LOOK_MS = 7 * 86_400_000;

/** Everything booked since an Instant, oldest first; `now` is the broker's time in milliseconds. */
export async function bookingsSince(alpaca: Alpaca, since: number | undefined, now: number): Promise<Activity[]> {
  const found: Activity[] = [];
  const after = new Date(since === undefined ? now - FIRST_LOOK_MS : since / 1000);
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { raw } = await alpaca.trading.accountActivities.getAccountActivitiesRaw({
      category: 'non_trade_activity',
      direction: 'asc',
      pageSize: PER_PAGE,
      after,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    // The library drops fields that it does not know, the group of an assignment among them: our own reader keeps them.
    const lines = ((await raw.json()) as readonly unknown[]).map((line, i) => codec.read(line, `activities[${i}]`));
    for (const line of lines) if (!('orderId' in line)) found.push(bookingOf(line));
    const last = lines.at(-1);
    if (lines.length < PER_PAGE || last === undefined) return found;
    pageToken = last.id;
  }
  throw new Error(`more than ${PER_PAGE * PAGES_MAX} activities since ${after.toISOString()}`);
}

/** A line of the account's history in our words. */
export function bookingOf(line: BookingActivity): Activity {
  const { id, activityType, subType, symbol, quantity, price, perShareAmount, netAmount, groupId, status } = line;
  const isPlain = status === undefined || status === 'executed';
  // A stock dividend adds shares, which no word of ours does.
  const kind = isPlain && subType !== 'SDIV' ? (KINDS[activityType] ?? 'other') : 'other';
  return {
    kind: 'activity',
    id,
    activity: kind,
    name: [activityType, subType, isPlain ? undefined : status]
      .filter((word) => word !== undefined && word !== '')
      .join(' '),
    ...(groupId === undefined ? {} : { group: groupId }),
    symbol: symbol ?? '',
    quantity: quantity?.toNumber() ?? 0,
    price: (perShareAmount ?? price)?.toNumber() ?? 0,
    money: netAmount?.toNumber() ?? 0,
  };
}
