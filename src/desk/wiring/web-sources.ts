/**
 * The sources of prices on the web, by the names that decks and the command line use, each with its key, which goes to its
 * own machines alone, and loaded when it is asked.
 */
import process from 'node:process';
import type { PriceRequest, SourceTerms } from '../../adapters/web-prices/source.ts';
import type { RecordedTape } from '../../market/tape.ts';
import type { WebSource } from '../config/sources.ts';
import { secretOf, type Environment } from './keys.ts';
import { checkKeyAddress, refuseUncheckedTls } from './where-keys-go.ts';

interface Loaded {
  readonly terms: SourceTerms;
  readonly fetch: (symbol: string, request: PriceRequest) => Promise<RecordedTape>;
}

const SOURCES: Readonly<Record<WebSource, () => Promise<Loaded>>> = {
  fred: async () => {
    const { FRED, fetchFred } = await import('../../adapters/fred/fetch.ts');
    return { terms: FRED, fetch: fetchFred };
  },
  massive: async () => {
    const { fetchMassive, MASSIVE } = await import('../../adapters/massive/fetch.ts');
    return { terms: MASSIVE, fetch: fetchMassive };
  },
  tiingo: async () => {
    const { fetchTiingo, TIINGO } = await import('../../adapters/tiingo/fetch.ts');
    return { terms: TIINGO, fetch: fetchTiingo };
  },
  finnhub: async () => {
    const { fetchFinnhub, FINNHUB } = await import('../../adapters/finnhub/fetch.ts');
    return { terms: FINNHUB, fetch: fetchFinnhub };
  },
  'alpha-vantage': async () => {
    const { ALPHA_VANTAGE, fetchAlphaVantage } = await import('../../adapters/alpha-vantage/fetch.ts');
    return { terms: ALPHA_VANTAGE, fetch: fetchAlphaVantage };
  },
};

/** Returns what fetches a symbol from a source, with the key that the environment has for it. */
export async function webFetcher(
  source: WebSource,
  environment: Environment = process.env,
): Promise<(symbol: string, request: PriceRequest) => Promise<RecordedTape>> {
  const { terms, fetch } = await SOURCES[source]();
  const key = terms.keyName === undefined ? undefined : secretOf(environment, terms.keyName);
  if (key === undefined) return fetch;
  refuseUncheckedTls(environment, terms.title);
  return (symbol, request) => {
    if (request.baseUrl !== undefined) checkKeyAddress(request.baseUrl, terms.domain, 'baseUrl');
    return fetch(symbol, { ...request, key });
  };
}
