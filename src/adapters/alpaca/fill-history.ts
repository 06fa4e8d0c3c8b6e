/**
 * The newest fills of an account as its history has them: what the stream of updates told while nobody listened.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import { activity as codec, type FillActivity } from './payload/account.ts';

const PER_PAGE = 100;
/** Pages that are read back: what is older was counted long ago. */
const PAGES = 5;

/** Returns the newest fills, oldest first. */
export async function newestFills(alpaca: Alpaca): Promise<FillActivity[]> {
  const fills: FillActivity[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { raw } = await alpaca.trading.accountActivities.getAccountActivitiesByActivityTypeRaw({
      activityType: 'FILL',
      pageSize: PER_PAGE,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    // The library takes a fill for a booking, and drops order, side and price: our own reader keeps them.
    const lines = ((await raw.json()) as readonly unknown[]).map((line, i) => codec.read(line, `activities[${i}]`));
    for (const line of lines) if ('orderId' in line) fills.push(line);
    pageToken = lines.at(-1)?.id;
    if (lines.length < PER_PAGE || pageToken === undefined) break;
  }
  return fills.toReversed();
}
