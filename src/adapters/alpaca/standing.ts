/**
 * How the account stands and how its shares may be traded: what the vendor says of both, read now and then and told as far
 * as it has changed.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type { AccountRules, AssetRules } from '../../engine/live/index.ts';
import { statusOf } from './answers.ts';

type Account = Awaited<ReturnType<Alpaca['trading']['account']['getAccount']>>;
type Asset = Awaited<ReturnType<Alpaca['trading']['assets']['getV2Assets']>>[number];

/** What can be borrowed changes in the course of a day: so many milliseconds a reading is good for. */
const GOOD_MS = 600_000;
/** Above so many shares the list of all is read, and less often: it is long. */
const SINGLE_MAX = 20;
const LIST_GOOD_MS = 3_600_000;

export class Standing {
  private readonly alpaca: Alpaca;
  private readonly shares: readonly string[];
  private readAt = -Infinity;
  private settings: { readonly noShorting: boolean; readonly fractions: boolean } | undefined = undefined;
  private readonly told = new Map<string, string>();

  constructor(alpaca: Alpaca, shares: readonly string[]) {
    this.alpaca = alpaca;
    this.shares = shares;
  }

  /** Returns the shares of which something is new; `nowMs` is the broker's time. Rejects where the vendor does not answer. */
  async read(nowMs: number): Promise<readonly AssetRules[]> {
    const isList = this.shares.length > SINGLE_MAX;
    if (this.shares.length === 0 || nowMs - this.readAt < (isList ? LIST_GOOD_MS : GOOD_MS)) return [];
    const { trading } = this.alpaca;
    const [settings, assets] = await Promise.all([
      trading.accountConfigurations.getAccountConfig(),
      isList ? this.listed() : Promise.all(this.shares.map((symbol) => this.one(symbol))),
    ]);
    this.readAt = nowMs;
    this.settings = { noShorting: settings.noShorting === true, fractions: settings.fractionalTrading !== false };
    return assets.filter((asset) => {
      const text = JSON.stringify(asset);
      const isNew = this.told.get(asset.symbol) !== text;
      this.told.set(asset.symbol, text);
      return isNew;
    });
  }

  /** What the account may do: its own word and its owner's settings together. */
  rulesOf({ shortingEnabled, optionsTradingLevel, multiplier }: Account): AccountRules {
    const { settings } = this;
    const level = Number(optionsTradingLevel ?? Number.NaN);
    return {
      mayTurn: false,
      ...(multiplier === undefined ? {} : { isCash: Number(multiplier) <= 1 }),
      ...(shortingEnabled === undefined ? {} : { mayShort: shortingEnabled && settings?.noShorting !== true }),
      ...(settings === undefined ? {} : { mayHoldFractions: settings.fractions }),
      ...(Number.isNaN(level) ? {} : { optionLevel: level }),
    };
  }

  private async one(symbol: string): Promise<AssetRules> {
    const { assets } = this.alpaca.trading;
    return assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: symbol }).then(
      (asset) => rulesOf(symbol, asset),
      (error: unknown) => {
        // What the vendor does not list cannot be traded there.
        if (statusOf(error) === 404) return { symbol, isTradable: false };
        throw error;
      },
    );
  }

  private async listed(): Promise<AssetRules[]> {
    const all = await this.alpaca.trading.assets.getV2Assets({ status: 'active' });
    const bySymbol = new Map(all.map((asset) => [asset.symbol, asset]));
    return this.shares.map((symbol) => {
      const asset = bySymbol.get(symbol);
      return asset === undefined ? { symbol, isTradable: false } : rulesOf(symbol, asset);
    });
  }
}

function rulesOf(symbol: string, asset: Asset): AssetRules {
  const { status, tradable, fractionable, shortable, easyToBorrow, marginable } = asset;
  const { maintenanceMarginRequirement: either, marginRequirementLong, marginRequirementShort } = asset;
  return {
    symbol,
    isTradable: tradable && status === 'active',
    isFractionable: fractionable,
    shorting: !shortable ? 'none' : easyToBorrow === false ? 'hard' : 'easy',
    isMarginable: marginable,
    ...shareOf('keptLong', marginRequirementLong ?? either),
    ...shareOf('keptShort', marginRequirementShort ?? either),
  };
}

/** The vendor's per cent, text or number, as a share; nothing where it says nothing that can be understood. */
function shareOf(key: 'keptLong' | 'keptShort', percent: string | number | undefined): Partial<AssetRules> {
  const share = Number(percent ?? Number.NaN) / 100;
  return share >= 0 ? { [key]: share } : {};
}

/** Whether the account may trade, and if not why, as its answer says it. */
export function blocksOf({ accountBlocked, tradingBlocked, tradeSuspendedByUser, status }: Account): {
  readonly isBlocked: boolean;
  readonly blocked?: string;
} {
  const blocks = [
    accountBlocked === true ? 'the account is blocked' : '',
    tradingBlocked === true ? 'trading is blocked' : '',
    tradeSuspendedByUser === true ? 'trading is suspended by its owner' : '',
    status === undefined || status === 'ACTIVE' ? '' : `its status is ${status}`,
  ].filter((block) => block !== '');
  return blocks.length === 0 ? { isBlocked: false } : { isBlocked: true, blocked: blocks.join(', ') };
}

/** Its numbers of margin; none where one of them is missing. What options may be bought with is what is left before credit. */
export function marginOf({ initialMargin, maintenanceMargin, optionsBuyingPower }: Account): {
  readonly margin?: { readonly initial: number; readonly maintenance: number; readonly free: number };
} {
  const [initial, maintenance, free] = [initialMargin, maintenanceMargin, optionsBuyingPower].map((text) =>
    Number(text ?? Number.NaN),
  );
  return Number.isFinite(initial + maintenance + free) ? { margin: { initial, maintenance, free } } : {};
}
