/**
 * What is asked of an account before and beside trading: who it is, what it may do, what time it is there, which
 * contracts are listed.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import { Fault } from '../../base/fault.ts';
import type { AccountBooks, AccountFacts, AnnouncedAction, MarketClock } from '../../engine/live/index.ts';
import type { Instrument } from '../../market/instrument.ts';
import { occInstrument } from '../../market/option/contract.ts';
import { ADJUSTED, type ListedNow, type ListingQuery } from '../../market/option/listing.ts';
import { parseOcc } from '../../options/occ.ts';
import { instantFromMillis } from '../../time/instant.ts';
import { formatDay } from '../../time/civil.ts';
import { askFault, openAlpaca, type AlpacaAccess } from './client.ts';
import { announcedActions } from './announced.ts';
import { readBooks } from './books.ts';
import { blocksOf } from './standing.ts';
import type { VendorTimeFrame } from './vendor-types.ts';

type Account = Awaited<ReturnType<Alpaca['trading']['account']['getAccount']>>;
/** The answer with what the vendor may still send, in its own words. */
type CountedAccount = Account & { readonly daytrade_count?: unknown; readonly pattern_day_trader?: unknown };

const DAY_MS = 86_400_000;
/** Prices that every plan may read are a little older than now. */
const HALF_HOUR_MS = 1_800_000;

export class AlpacaAccount {
  private readonly alpaca: Alpaca;
  private readonly isPaper: boolean;

  private constructor(alpaca: Alpaca, isPaper: boolean) {
    this.alpaca = alpaca;
    this.isPaper = isPaper;
  }

  static async open(access: AlpacaAccess): Promise<AlpacaAccount> {
    return new AlpacaAccount(await openAlpaca(access), access.isPaper);
  }

  async facts(): Promise<AccountFacts> {
    const account = await this.alpaca.trading.account.getAccount().catch((error: unknown) => {
      throw askFault('the account', error);
    });
    const { blocked } = blocksOf(account);
    // Numbers of test accounts begin so: a real one was meant, and this is none.
    if (!this.isPaper && account.accountNumber?.startsWith('PA') === true) {
      throw new Fault('account.other', 'the broker answers for a test account, and a real one was meant');
    }
    return {
      number: account.accountNumber ?? '',
      status: account.status ?? '',
      currency: account.currency ?? 'USD',
      cash: Number(account.cash ?? Number.NaN),
      equity: Number(account.equity ?? Number.NaN),
      buyingPower: Number(account.buyingPower ?? Number.NaN),
      optionBuyingPower: Number(account.optionsBuyingPower ?? Number.NaN),
      optionLevel: Number(account.optionsTradingLevel ?? 0),
      mayShort: account.shortingEnabled === true,
      ...creditOf(account),
      blocked,
    };
  }

  /** All that the account holds, with what was executed and booked since an Instant; certain orders by their ids. */
  async books(since: number, orders: readonly string[] = []): Promise<AccountBooks> {
    return readBooks(this.alpaca, since, orders).catch((error: unknown) => {
      throw askFault('the books', error);
    });
  }

  /** What is announced of shares and takes effect after one trade date and up to another. */
  async announced(symbols: readonly string[], after: string, until: string): Promise<readonly AnnouncedAction[]> {
    return announcedActions(this.alpaca, symbols, after, until).catch((error: unknown) => {
      throw askFault('corporate actions', error);
    });
  }

  /**
   * Cancels all that works and closes all that is held, at the market. Returns what is left when it is over: symbols, empty
   * where nothing is. Only for an account that is there to be tried.
   */
  async closeAll(forMs: number): Promise<readonly string[]> {
    const { orders, positions } = this.alpaca.trading;
    const failed = (what: string) => (error: unknown) => {
      throw askFault(what, error);
    };
    await orders.deleteAllOrders().catch(failed('what was canceled'));
    await positions.deleteAllOpenPositions({ cancelOrders: true }).catch(failed('what was closed'));
    for (const until = performance.now() + forMs; ; await new Promise((next) => setTimeout(next, 250))) {
      const left = await positions.getAllOpenPositions().catch(failed('what is held'));
      if (left.length === 0 || performance.now() > until) return left.map(({ symbol }) => symbol);
    }
  }

  async clock(): Promise<MarketClock> {
    const { timestamp, isOpen, nextOpen, nextClose } = await this.alpaca.trading.clock
      .legacyClock()
      .catch((error: unknown) => {
        throw askFault("the broker's clock", error);
      });
    return {
      at: instantFromMillis(timestamp.getTime()),
      isOpen,
      nextOpen: instantFromMillis(nextOpen.getTime()),
      nextClose: instantFromMillis(nextClose.getTime()),
    };
  }

  /** About where a share trades: its newest price, or the close of its newest day; undefined where it has none. */
  async price(symbol: string): Promise<number | undefined> {
    const { marketData } = this.alpaca;
    const newest = await marketData.getLatestPrice(symbol).catch(() => undefined);
    if (newest !== undefined) return newest;
    const end = Math.floor((await this.clock()).at / 1000);
    const bars = await marketData
      .getStockBarsFor(symbol, {
        // The library has no name for the type of its own words.
        timeframe: '1Day' as string as VendorTimeFrame,
        start: new Date(end - 15 * DAY_MS),
        end: new Date(end - HALF_HOUR_MS),
      })
      .catch((error: unknown) => {
        throw askFault(`the price of ${symbol}`, error);
      });
    return bars.at(-1)?.close;
  }

  /** Tradable contracts by their symbols; adjusted ones are left out with the reason. */
  async contracts(query: ListingQuery): Promise<ListedNow> {
    const found: Instrument[] = [];
    const leftOut: { symbol: string; reason: string }[] = [];
    let pageToken: string | undefined;
    do {
      const page = await this.alpaca.trading.assets
        .getOptionsContracts({
          underlyingSymbols: query.underlying,
          expirationDateGte: new Date(`${formatDay(query.expiryFrom)}T00:00:00Z`),
          expirationDateLte: new Date(`${formatDay(query.expiryTo)}T00:00:00Z`),
          strikePriceGte: query.strikeFrom,
          strikePriceLte: query.strikeTo,
          ...(query.right === 'both' ? {} : { type: query.right }),
          limit: 1000,
          ...(pageToken === undefined ? {} : { pageToken }),
        })
        .catch((error: unknown) => {
          throw askFault(`the contracts on ${query.underlying}`, error);
        });
      for (const { symbol, tradable, rootSymbol } of page.optionContracts) {
        if (!tradable) continue;
        // The root may be left out of the answer: the symbol says it too.
        if (/\d$/.test(rootSymbol ?? '') || isAdjusted(symbol)) leftOut.push({ symbol, reason: ADJUSTED });
        else found.push(occInstrument(symbol));
      }
      pageToken = page.nextPageToken ?? undefined;
    } while (pageToken !== undefined && pageToken !== '');
    return { contracts: found.sort((a, b) => (a.symbol < b.symbol ? -1 : 1)), leftOut };
  }
}

/** What it says of credit and day trades; the rule about these ended in 2026, the library has no word for them any more. */
function creditOf(account: Account): Partial<AccountFacts> {
  const { multiplier, daytrade_count: dayTrades, pattern_day_trader: isDayTrader } = account as CountedAccount;
  return {
    ...(multiplier === undefined ? {} : { multiplier: Number(multiplier) }),
    ...(typeof dayTrades === 'number' ? { dayTrades } : {}),
    ...(typeof isDayTrader === 'boolean' ? { isDayTrader } : {}),
  };
}

function isAdjusted(symbol: string): boolean {
  const parsed = parseOcc(symbol);
  return parsed.ok && parsed.adjusted;
}
