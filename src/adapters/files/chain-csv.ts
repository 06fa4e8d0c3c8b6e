/**
 * A chain as CSV that reads back as the same chain: how one collects, day by day, what no vendor gave away.
 */
import type { OptionChain } from '../../market/option/chain.ts';
import { formatInstant } from '../../time/instant.ts';

const HEAD =
  'quote_datetime,underlying_symbol,option_symbol,bid,ask,bid_size,ask_size,last,volume,open_interest,underlying_price';

/** Returns a line per contract; what is not known is an empty cell. */
export function chainToCsv(chain: OptionChain): string {
  const at = formatInstant(chain.at);
  const lines = chain.contracts.map(({ instrument, bid, ask, bidSize, askSize, last, volume, openInterest }) =>
    [at, chain.underlying, instrument.symbol, bid, ask, bidSize, askSize, last, volume, openInterest, chain.spot]
      .map((cell) => cell ?? '')
      .join(','),
  );
  return `${[HEAD, ...lines].join('\n')}\n`;
}
