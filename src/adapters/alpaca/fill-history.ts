/**
 * The newest fills of an account as its history has them: what the stream of updates told while nobody listened.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import { activity as codec, type BookingActivity, type FillActivity } from './payload/account.ts';

const PER_PAGE = 100;
/** Pages that are read back: what is older was counted long ago. */
const PAGES = 5;
const PAGES_MAX = 50;

/** Returns the newest fills, oldest first. */
export async function newestFills(alpaca: Alpaca): Promise<FillActivity[]> {
  const fills: FillActivity[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const lines = await pageOf(alpaca, pageToken);
    fills.push(...lines.filter(isFill));
    pageToken = lines.at(-1)?.id;
    if (lines.length < PER_PAGE || pageToken === undefined) break;
  }
  return fills.toReversed();
}

/** Returns all fills since an instant in milliseconds, oldest first; more than can be read is an error. */
export async function fillsSince(alpaca: Alpaca, sinceMs: number): Promise<FillActivity[]> {
  const fills: FillActivity[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const lines = await pageOf(alpaca, pageToken);
    const since = lines.filter(isFill).filter(({ at }) => at.at / 1000 >= sinceMs);
    fills.push(...since);
    pageToken = lines.at(-1)?.id;
    if (since.length < PER_PAGE || pageToken === undefined) return fills.toReversed();
  }
  throw new Error(`more than ${PER_PAGE * PAGES_MAX} fills since ${new Date(sinceMs).toISOString()}`);
}

/** A page of fills, the newest first. */
async function pageOf(alpaca: Alpaca, pageToken: string | undefined): Promise<readonly Line[]> {
  const { raw } = await alpaca.trading.accountActivities.getAccountActivitiesByActivityTypeRaw({
    activityType: 'FILL',
    pageSize: PER_PAGE,
    ...(pageToken === undefined ? {} : { pageToken }),
  });
  // The library takes a fill for a booking, and drops order, side and price: our own reader keeps them.
  return ((await raw.json()) as readonly unknown[]).map((line, i) => codec.read(line, `activities[${i}]`));
}

type Line = FillActivity | BookingActivity;

function isFill(line: Line): line is FillActivity {
  return 'orderId' in line;
}
