/**
 * Corporate actions that the data host announces, each in a few words with the day from which it counts.
 *
 * A period is asked for by the day on which the vendor books, which for a dividend is that of its payment, weeks after the
 * share goes without it: so it is asked for far ahead, and chosen here by the day that counts.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';
import type { AnnouncedAction } from '../../engine/live/index.ts';

type Answer = Awaited<ReturnType<Alpaca['marketData']['corporateActions']['corporateActions']>>;
type Actions = Answer['corporateActions'];

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 90;
const PAGES_MAX = 20;

const NAMES: Readonly<Record<keyof Actions, string>> = {
  cashDividends: 'a dividend',
  cashMergers: 'a merger for cash',
  forwardSplits: 'a split',
  nameChanges: 'another name',
  partialCalls: 'a partial call',
  redemptions: 'a redemption',
  reorganizations: 'a reorganization',
  reverseSplits: 'a reverse split',
  rightsDistributions: 'rights',
  spinOffs: 'a spin-off',
  stockAndCashMergers: 'a merger for shares and cash',
  stockDividends: 'a dividend in shares',
  stockMergers: 'a merger for shares',
  unitSplits: 'a split of units',
  worthlessRemovals: 'its removal as worthless',
};

/** What the kinds have in common, as far as each has it. */
interface Announced {
  readonly symbol?: string;
  readonly oldSymbol?: string;
  readonly sourceSymbol?: string;
  readonly acquireeSymbol?: string;
  readonly exDate?: Date;
  readonly effectiveDate?: Date;
  readonly processDate: Date;
  readonly rate?: number;
  readonly newRate?: number;
  readonly oldRate?: number;
}

/** What is announced of symbols and counts after one trade date and up to another. */
export async function announcedActions(
  alpaca: Alpaca,
  symbols: readonly string[],
  after: string,
  until: string,
): Promise<readonly AnnouncedAction[]> {
  const asked = new Set(symbols);
  const found: AnnouncedAction[] = [];
  const start = new Date(after);
  const end = new Date(start.getTime() + AHEAD_DAYS * DAY_MS);
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { corporateActions, nextPageToken } = await alpaca.marketData.corporateActions.corporateActions({
      symbols: symbols.join(','),
      start,
      end,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    // Its keys are those of the answer.
    for (const kind of Object.keys(NAMES) as (keyof Actions)[]) {
      const rows: readonly Announced[] = corporateActions[kind] ?? [];
      for (const row of rows) {
        const symbol = [row.symbol, row.oldSymbol, row.sourceSymbol, row.acquireeSymbol].find(
          (each) => each !== undefined && asked.has(each),
        );
        const date = (row.exDate ?? row.effectiveDate ?? row.processDate).toISOString().slice(0, 10);
        if (symbol !== undefined && date > after && date <= until)
          found.push({ symbol, what: wordsOf(kind, row), date });
      }
    }
    pageToken = nextPageToken ?? undefined;
    if (pageToken === undefined) return found;
  }
  throw new Error(`more than ${PAGES_MAX} pages of corporate actions`);
}

function wordsOf(kind: keyof Actions, { rate, newRate, oldRate }: Announced): string {
  if (kind === 'cashDividends' && rate !== undefined) return `${NAMES[kind]} of ${rate}`;
  const isRatio = newRate !== undefined && oldRate !== undefined;
  return isRatio ? `${NAMES[kind]}, ${newRate} for ${oldRate}` : NAMES[kind];
}
