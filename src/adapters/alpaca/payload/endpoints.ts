/**
 * Which noun each endpoint answers with: method and path to the shape of a successful answer.
 */
import * as account from './account.ts';
import { listOf, object, optional, text, type Codec } from './codec.ts';
import { corporateActions } from './corporate-actions.ts';
import * as data from './market-data.ts';
import { cancelResult, closeResult, order, position, refusal } from './order.ts';

type Entry = readonly [methods: string, path: RegExp, codec: Codec<unknown>];

/** An answer without a body. */
const nothing: Codec<undefined> = { read: () => undefined, write: () => undefined };

const rows: Readonly<Record<string, Codec<unknown>>> = { bars: data.bar, quotes: data.quote, trades: data.trade };
const cryptoSnapshots = object({ rows: ['snapshots', optional(data.stockSnapshots)] });
const auctions = object({
  symbol: ['symbol', optional(text)],
  days: ['auctions', listOf(data.auctionDay)],
  nextPage: ['next_page_token', optional(text)],
});

function priceEntries(): Entry[] {
  return Object.entries(rows).flatMap(([series, codec]): Entry[] => {
    const one = series.slice(0, -1);
    return [
      ['GET', new RegExp(`^/v2/stocks/${series}/latest$`), data.latestOf(series, codec)],
      ['GET', new RegExp(`^/v2/stocks/[^/]+/${series}/latest$`), data.latestOneOf(one, codec)],
      ['GET', new RegExp(`^/v2/stocks/${series}$`), data.pageOf(series, codec)],
      ['GET', new RegExp(`^/v2/stocks/[^/]+/${series}$`), data.singlePageOf(series, codec)],
      ['GET', new RegExp(`^/v1beta1/options/${series}/latest$`), data.latestOf(series, codec)],
      ['GET', new RegExp(`^/v1beta1/options/${series}$`), data.pageOf(series, codec)],
      ['GET', new RegExp(`^/v1beta\\d/crypto(-perps)?/[^/]+/latest/${series}$`), data.latestOf(series, codec)],
      ['GET', new RegExp(`^/v1beta3/crypto/[^/]+/${series}$`), data.pageOf(series, codec)],
    ];
  });
}

/** The first that fits counts. */
const ENTRIES: readonly Entry[] = [
  ['POST', /^\/v2\/orders$/, order],
  ['GET', /^\/v2\/orders$/, listOf(order)],
  ['DELETE', /^\/v2\/orders$/, listOf(cancelResult)],
  ['GET', /^\/v2\/orders:by_client_order_id$/, order],
  ['GET PATCH', /^\/v2\/orders\/[^/]+$/, order],
  ['DELETE', /^\/v2\/orders\/[^/]+$/, nothing],
  ['GET', /^\/v2\/positions$/, listOf(position)],
  ['DELETE', /^\/v2\/positions$/, listOf(closeResult)],
  ['GET', /^\/v2\/positions\/[^/]+$/, position],
  ['DELETE', /^\/v2\/positions\/[^/]+$/, order],
  ['POST', /^\/v2\/positions\/[^/]+\/(exercise|do-not-exercise)$/, nothing],
  ['GET', /^\/v2\/account$/, account.account],
  ['GET PATCH', /^\/v2\/account\/configurations$/, account.accountSettings],
  ['GET', /^\/v2\/account\/portfolio\/history$/, account.portfolioHistory],
  ['GET', /^\/v2\/account\/activities(\/[^/]+)?$/, listOf(account.activity)],
  ['GET', /^\/v2\/assets$/, listOf(account.asset)],
  ['GET', /^\/v2\/assets\/[^/]+$/, account.asset],
  ['GET', /^\/v2\/options\/contracts$/, account.optionContracts],
  ['GET', /^\/v2\/options\/contracts\/[^/]+$/, account.optionContract],
  ['GET', /^\/v2\/clock$/, account.clock],
  ['GET', /^\/v2\/calendar$/, listOf(account.calendarDay)],
  ['GET', /^\/v3\/clock$/, account.marketClocks],
  ['GET', /^\/v3\/calendar\/[^/]+$/, account.marketCalendar],
  ['GET', /^\/v2\/corporate_actions\/announcements$/, listOf(account.announcement)],
  ['GET', /^\/v2\/corporate_actions\/announcements\/[^/]+$/, account.announcement],
  ['GET', /^\/v2\/watchlists$/, listOf(account.watchlist)],
  ['DELETE', /^\/v2\/watchlists(\/[^/]+|:by_name)$/, nothing],
  ['GET POST PUT DELETE', /^\/v2\/watchlists(\/[^/]+(\/[^/]+)?|:by_name)?$/, account.watchlist],
  ['GET', /^\/v1\/corporate-actions$/, corporateActions],
  ['GET', /^\/v1beta1\/news$/, data.news],
  ['GET', /^\/v1beta1\/screener\/[^/]+\/movers$/, data.movers],
  ['GET', /^\/v1beta1\/screener\/[^/]+\/most-actives$/, data.mostActives],
  ['GET', /^\/v1beta1\/options\/snapshots(\/[^/]+)?$/, data.optionSnapshots],
  ['GET', /^\/v1beta3\/crypto\/[^/]+\/snapshots$/, cryptoSnapshots],
  ['GET', /^\/v1beta\d\/crypto(-perps)?\/[^/]+\/latest\/orderbooks$/, data.latestOf('orderbooks', data.orderBook)],
  ['GET', /^\/v2\/stocks\/snapshots$/, data.stockSnapshots],
  ['GET', /^\/v2\/stocks\/[^/]+\/snapshot$/, data.snapshot],
  ['GET', /^\/v2\/stocks\/auctions$/, data.pageOf('auctions', data.auctionDay)],
  ['GET', /^\/v2\/stocks\/[^/]+\/auctions$/, auctions],
  ['GET', /^\/(v2\/stocks|v1beta1\/options)\/meta\/(exchanges|conditions\/[^/]+)$/, data.codes],
  ...priceEntries(),
];

/**
 * Returns the shape of an endpoint's answer: of a refusal for a status from 400 on, of its noun below. `undefined` for an
 * endpoint that is not known here.
 */
export function answerOf(method: string, path: string, status: number): Codec<unknown> | undefined {
  if (status >= 400) return refusal;
  return ENTRIES.find(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(path))?.[2];
}
