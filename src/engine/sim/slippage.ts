/**
 * Slippage: how much worse than the price on the tape an order fills. Resting limit orders do not slip.
 */
import { tickAt } from '../../market/instrument.ts';
import type { SlippageModel } from './models.ts';

export const noSlippage: SlippageModel = {
  name: 'none',
  sentence: 'Orders fill at the price on the tape, without slippage.',
  price: (context) => context.price,
};

/** A number of ticks. An instrument without ticks cannot slip by them: one hundredth is taken. */
export function tickSlippage(ticks: number): SlippageModel {
  return {
    name: `ticks(${ticks})`,
    sentence: `Orders that take liquidity fill ${ticks} tick${ticks === 1 ? '' : 's'} worse.`,
    price: (context) => context.price + context.side * ticks * (tickAt(context.instrument, context.price) || 0.01),
  };
}

export function bpsSlippage(bps: number): SlippageModel {
  const share = bps / 10_000;
  return {
    name: `bps(${bps})`,
    sentence: `Orders that take liquidity fill ${bps} basis point${bps === 1 ? '' : 's'} worse.`,
    price: (context) => context.price * (1 + context.side * share),
  };
}

/** A share of the price, only where a position is opened or grown: the spread as some engines charge it. */
export function entrySpread(share: number): SlippageModel {
  return {
    name: `entry-spread(${share})`,
    entryOnly: true,
    sentence: `Entries fill ${share * 100} % worse; exits at the price on the tape.`,
    price: (context) => (context.opening ? context.price * (1 + context.side * share) : context.price),
  };
}

/**
 * Half of the spread: `fallbackBps` where there are no quotes. Where there are, orders already fill at the far side of
 * the quote, which is half the spread away from the middle, and slip no further.
 */
export function halfSpreadSlippage(fallbackBps = 1): SlippageModel {
  return {
    name: `half-spread(${fallbackBps})`,
    sentence: `Orders that take liquidity pay half the quoted spread (${fallbackBps} basis points without quotes).`,
    price: ({ price, side, bid, ask }) => (ask >= bid ? price : price * (1 + (side * fallbackBps) / 10_000)),
  };
}

/**
 * Quadratic impact of the order's share of the bar's volume: price · impact · share².
 * Source: the volume-share model of event-driven US equity research (impact 0.1 by default).
 */
export function volumeShareSlippage(impact = 0.1): SlippageModel {
  return {
    name: `volume-share(${impact})`,
    sentence: `Orders move the price by ${impact} times the square of their share of the bar's volume.`,
    price({ price, side, quantity, volume }) {
      const share = volume > 0 ? Math.min(1, quantity / volume) : 0;
      return price * (1 + side * impact * share * share);
    },
  };
}

/**
 * Square-root impact: price · coefficient · range · √(share of volume), where range is the bar's (high − low) / price.
 * Source: Almgren et al., Direct Estimation of Equity Market Impact (2005), with the bar's range for the volatility.
 */
export function squareRootSlippage(coefficient = 1): SlippageModel {
  return {
    name: `square-root(${coefficient})`,
    sentence: `Orders move the price by ${coefficient} times the bar's range times the root of their share of its volume.`,
    price({ price, side, quantity, volume, high, low }) {
      const share = volume > 0 ? Math.min(1, quantity / volume) : 0;
      const range = high > low ? high - low : 0;
      return price + side * coefficient * range * Math.sqrt(share);
    },
  };
}
