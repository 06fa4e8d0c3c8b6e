/**
 * How a deck names its tape: where the prices come from, which instruments and which span of time.
 */
import { z } from 'zod';
import { ROLES } from '../../adapters/files/roles.ts';
import { WEB_SOURCES } from './sources.ts';

const dateSchema = z.iso.date({ error: 'must be an existing day as YYYY-MM-DD' });

const timeFrame = z
  .string()
  .regex(/^\d+(s|m|h|d|w|mo)$/, 'must be a number and s, m, h, d, w or mo, as in 1d or 5m')
  .describe('1d, 1h, 5m … ');

const symbols = z.array(z.string().min(1)).min(1);

const span = {
  start: dateSchema.optional().describe('First trade date, YYYY-MM-DD; all there is when left out.'),
  end: dateSchema.optional().describe('Last trade date, YYYY-MM-DD.'),
  fatalFindings: z.enum(['stop', 'allow']).optional().describe('What a fatal fault in the data does; stop by default.'),
};

const column = z.union([z.string().min(1), z.int().min(1)]);

/** What a file cannot say itself. */
export const mappingSchema = z
  .strictObject({
    columns: z.partialRecord(z.enum(ROLES), column).optional().describe('Role to column, as in { close: Last }.'),
    delimiter: z.enum([',', ';', '\t', '|']).optional(),
    decimal: z.enum(['.', ',']).optional(),
    header: z.boolean().optional().describe('Whether the first line names the columns.'),
    dateFormat: z.string().optional(),
    zone: z.string().optional().describe('IANA zone of times that do not say theirs.'),
    labels: z.enum(['start', 'end']).optional().describe('Whether times name the start or the end of a bar.'),
    date: dateSchema.optional().describe('The day of files whose rows have only a clock time.'),
    priceScale: z.number().positive().optional().describe('From the units of the file to money.'),
    useAdjustedClose: z.boolean().optional(),
  })
  .describe('What a file cannot say itself, or says otherwise than its columns look.');

const simulatedSymbol = z.strictObject({
  symbol: z.string().min(1),
  price: z.number().positive().optional(),
  drift: z.number().min(-5).max(5).optional().describe('Mean return per year.'),
  volatility: z.number().positive().max(10).optional().describe('Per year; 0.2 is 20 %.'),
});

const files = z.union([z.string().min(1), symbols]);

const range = z.strictObject({ min: z.number().min(0).optional(), max: z.number().min(0).optional() });

const rights = z.enum(['call', 'put']);

/** Options by a model, for the years of which there are no quotes. */
const modelChain = z
  .strictObject({
    volatility: z
      .enum(['index', 'realised'])
      .describe('What drives the vol: a volatility index, or what the underlying realised in the 21 sessions before.'),
    index: files.optional().describe('Daily closes of the volatility index in points, relative to the deck.'),
    premium: z.number().positive().max(5).optional().describe('Implied over realised vol; 1.2 by default.'),
    expiries: z.enum(['monthly', 'weekly']).optional().describe('monthly by default.'),
    daysMax: z.int().min(1).max(1000).optional().describe('Farthest expiry that is listed, in days; 60 by default.'),
    strikes: z
      .strictObject({ low: z.number().positive(), high: z.number().positive() })
      .refine(({ low, high }) => low <= high, { error: 'must have a low that is not above its high' })
      .optional()
      .describe('Strikes that are listed, as parts of the price; 0.8 to 1.2 by default.'),
    step: z.number().positive().optional().describe('Distance of strikes in money.'),
    right: rights.optional().describe('Only calls, or only puts.'),
    rate: z.number().min(-0.2).max(1).optional().describe('Riskless rate per year; 0.02 by default.'),
    dividendYield: z.number().min(-0.2).max(1).optional().describe('Per year; 0 by default.'),
    spread: z.number().min(0).max(1).optional().describe('(ask − bid) ÷ middle; 0.05 by default.'),
    size: z.number().positive().optional().describe('Contracts on each side of a quote; 100 by default.'),
    skew: z.number().min(-1).max(1).optional().describe('Change of vol per standard deviation, as a part of it.'),
    smile: z.number().min(0).max(1).optional().describe('Curvature of vol, as a part of it.'),
  })
  .refine(({ volatility, index }) => (volatility === 'index') === (index !== undefined), {
    error: 'must name the files of its index when, and only when, volatility is index',
  })
  .describe('Quotes by a model: labelled as simulated wherever they appear.');

/** Which contracts of many are played: the others are read past. */
const contracts = z
  .strictObject({
    right: rights.optional(),
    roots: symbols.optional().describe('Classes, such as SPXW.'),
    strikes: range.optional().describe('Money per share.'),
    expiries: z.strictObject({ from: dateSchema.optional(), to: dateSchema.optional() }).optional(),
  })
  .describe('Which contracts are played; all by default.');

const listedContracts = z
  .strictObject({
    right: z.enum(['call', 'put', 'both']).optional().describe('Puts by default.'),
    daysMin: z.int().min(0).optional().describe('Calendar days to the expiry, at least; 0 by default.'),
    daysMax: z.int().min(0).max(400).optional().describe('At most; 10 by default.'),
    strikes: z
      .strictObject({ low: z.number().positive(), high: z.number().positive() })
      .optional()
      .describe('As shares of the price: { low: 0.8, high: 1.05 } by default.'),
    feed: z.enum(['opra', 'indicative']).optional().describe('opra, or indicative: late, never for live orders.'),
  })
  .describe('Contracts on these symbols that are listed when the session begins.');

const warmUp = z
  .strictObject({
    sessions: z.int().min(0).max(60).optional().describe('Sessions of minute bars before it; 2 by default.'),
    days: z.int().min(0).max(5000).optional().describe('Daily bars before it, a stream of their own; 0 by default.'),
  })
  .describe('History that a session begins with.');

const allowDelayed = z.boolean().describe('Takes prices that are late by the word of their source; never live.');

const alpacaSchema = z.strictObject({
  source: z.literal('alpaca').describe('Alpaca: live prices in a session, their history in a backtest.'),
  symbols,
  data: z
    .array(z.enum(['bars', 'quotes', 'trades']))
    .min(1)
    .optional()
    .describe('What is streamed of each symbol; bars of a minute by default.'),
  feed: z.enum(['iex', 'sip', 'delayed_sip']).optional().describe('One exchange, all of them, or all of them late.'),
  options: listedContracts.optional(),
  warmUp: warmUp.optional(),
  allowDelayed: allowDelayed.optional(),
  dataUrl: z
    .url()
    .optional()
    .describe('Another address of the vendor for its prices, or that of a fake on this machine.'),
  ...span,
});

const ibSchema = z.strictObject({
  source: z.literal('ib').describe('Interactive Brokers: live prices in a session, through TWS or the gateway.'),
  symbols,
  data: z
    .array(z.enum(['bars', 'quotes', 'trades']))
    .min(1)
    .optional()
    .describe('What is heard of each symbol; bars of a minute by default, of five symbols at most.'),
  options: listedContracts.omit({ feed: true }).optional(),
  warmUp: warmUp.optional(),
  allowDelayed: allowDelayed.optional(),
  ...span,
});

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Where prices come from. */
export const tapeSchema = z
  .discriminatedUnion('source', [
    z.strictObject({
      source: z.literal('files'),
      files: z.union([z.string().min(1), symbols]).describe('CSV, TSV or JSON files, relative to the deck.'),
      symbols: symbols.optional().describe('The ones to play; all by default. Names the symbol of a single file.'),
      timeFrame: timeFrame.optional(),
      mapping: mappingSchema.optional(),
      actions: files
        .optional()
        .describe('Files of splits and dividends (date, split, dividend, symbol), or factor and map files.'),
      ...span,
    }),
    z
      .strictObject({
        source: z.literal('options').describe('A share or an index with the options on it.'),
        underlying: z.string().min(1).describe('What the options are on, such as SPX or GOOG.'),
        prices: files.describe('Its prices: files relative to the deck, or sp500 for SPX and, as a tenth, SPY.'),
        chains: files.optional().describe('Files of option quotes and open interest; names may hold *.'),
        more: z
          .array(z.strictObject({ underlying: z.string().min(1), prices: files, chains: files.optional() }))
          .min(1)
          .optional()
          .describe('Further underlyings, each with its prices and chains; the model is that of all.'),
        model: modelChain.optional(),
        contracts: contracts.optional(),
        ticks: z
          .enum(['penny', 'nickel', 'cents'])
          .optional()
          .describe(
            'Price steps of the contracts: penny (0.01 below 3.00, 0.05 from there on), nickel (0.05 and 0.10) or cents; those of the class by default, where they are certain.',
          ),
        mapping: mappingSchema.optional(),
        ...span,
      })
      .refine(({ chains, model }) => (chains === undefined) !== (model === undefined), {
        error: 'must have either chains (files of quotes) or a model',
      })
      .refine(({ more = [], model }) => more.every(({ chains }) => (chains === undefined) === (model !== undefined)), {
        error: 'must have chains in each of more when, and only when, there is no model',
        path: ['more'],
      })
      .refine(({ more = [], underlying }) => isDistinct([underlying, ...more.map((each) => each.underlying)]), {
        error: 'must name each underlying once',
        path: ['more'],
      }),
    z.strictObject({ source: z.literal('sp500').describe('S&P 500 index, daily, 2000 to 2020, offline.'), ...span }),
    z.strictObject({
      source: z.literal('catalog').describe('A folder of Parquet files that `data import` and `data fetch` fill.'),
      folder: z.string().min(1).optional(),
      origin: z.string().min(1).optional().describe('Where the prices come from, if there are several: files, yahoo …'),
      symbols,
      timeFrame: timeFrame.optional(),
      contracts: z
        .boolean()
        .optional()
        .describe('Whether the option contracts on these symbols that the catalog has are played too.'),
      ...span,
    }),
    z.strictObject({
      source: z.literal('yahoo').describe('Yahoo Finance, over the network.'),
      symbols,
      timeFrame: timeFrame.optional(),
      baseUrl: z.url().optional(),
      ...span,
    }),
    z.strictObject({
      source: z
        .enum(WEB_SOURCES)
        .describe('Over the network; the guide names the environment variable that has the key.'),
      symbols,
      timeFrame: timeFrame.optional(),
      baseUrl: z.url().optional(),
      ...span,
    }),
    alpacaSchema,
    ibSchema,
    z.strictObject({
      source: z.literal('simulated').describe('Prices made by a seeded simulator.'),
      symbols: z.array(z.union([z.string().min(1), simulatedSymbol])).min(1),
      timeFrame: timeFrame.optional(),
      calendar: z.string().optional(),
      correlation: z.number().min(0).max(1).optional(),
      ...span,
    }),
  ])
  .describe('Where the prices come from.');

const tickBand = z.strictObject({ above: z.number().min(0), tick: z.number().positive() });

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time as 07:30');

const hoursSchema = z
  .union([
    z.enum(['regular', 'extended']),
    z.strictObject({
      from: clock.optional().describe("Start of trading before the open; the market's own when left out."),
      to: clock.optional().describe("End of trading after the close; the market's own when left out."),
    }),
  ])
  .describe('When it trades: regular, extended (before the open and after the close too), or a part of that.');

const optionSchema = z
  .strictObject({
    underlying: z.string().min(1).describe('Symbol of what it is an option on.'),
    root: z.string().min(1).optional().describe('SPXW of an option on SPX; the underlying when left out.'),
    right: z.enum(['call', 'put']),
    strike: z.number().positive(),
    expiry: dateSchema.describe('Last trading date.'),
    style: z.enum(['american', 'european']).optional().describe('American by default.'),
    settlement: z.enum(['physical', 'cash']).optional().describe('Physical by default.'),
    settledAt: z.enum(['am', 'pm']).optional().describe('By the opening or the closing price; pm by default.'),
  })
  .describe('The terms of an option.');

const futureSchema = z
  .strictObject({
    root: z.string().min(1).describe('ES of ESH24.'),
    expiry: dateSchema.describe('Last trading date.'),
    settlement: z
      .enum(['physical', 'cash'])
      .optional()
      .describe('Cash by default. What would be delivered is settled in cash all the same, and the journal says so.'),
  })
  .describe('The terms of a future; its margin is beside them. Without them it is continuous, and never ends.');

/** What is known about an instrument beyond its file. */
export const instrumentSchema = z
  .strictObject({
    kind: z.enum(['equity', 'etf', 'index', 'option', 'future', 'fx', 'crypto']).optional(),
    currency: z.string().min(3).max(8).optional(),
    calendar: z.string().min(1).optional().describe('XNYS, XLON, FX, 24-7 …'),
    hours: hoursSchema.optional(),
    tick: z
      .union([z.number().positive(), z.array(tickBand).min(1)])
      .optional()
      .describe('Price step, or bands.'),
    lot: z.number().positive().optional().describe('Smallest step of a quantity.'),
    multiplier: z.number().positive().optional().describe('Money per point and unit.'),
    margin: z
      .strictObject({ initial: z.number().positive(), maintenance: z.number().positive() })
      .optional()
      .describe('Of a future, money per contract.'),
    option: optionSchema.optional(),
    future: futureSchema.optional(),
  })
  .refine(({ kind, option }) => option === undefined || kind === undefined || kind === 'option', {
    message: 'terms of an option are for kind option',
    path: ['option'],
  })
  .refine(({ kind, future, margin }) => (future ?? margin) === undefined || kind === undefined || kind === 'future', {
    message: 'terms and margin of a future are for kind future',
    path: ['kind'],
  })
  .refine(({ future, margin }) => future === undefined || margin !== undefined, {
    message: 'a future needs its margin: { initial, maintenance } per contract',
    path: ['future'],
  });

/** One symbol's time in the universe. */
export const membershipSchema = z.strictObject({
  symbol: z.string().min(1),
  from: dateSchema.optional().describe('First day as a member; always before when left out.'),
  to: dateSchema.optional().describe('First day no longer a member; still one when left out.'),
});

export type TapeConfig = z.output<typeof tapeSchema>;
export type InstrumentConfig = z.output<typeof instrumentSchema>;
export type MembershipConfig = z.output<typeof membershipSchema>;
