/**
 * How a deck names its tape: where the prices come from, which instruments and which span of time.
 */
import { z } from 'zod';

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

const mapping = z
  .strictObject({
    columns: z.record(z.string(), column).optional().describe('Role to column, as in { close: Last }.'),
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

/** Where prices come from. */
export const tapeSchema = z
  .discriminatedUnion('source', [
    z.strictObject({
      source: z.literal('files'),
      files: z.union([z.string().min(1), symbols]).describe('CSV, TSV or JSON files, relative to the deck.'),
      symbols: symbols.optional().describe('The ones to play; all by default. Names the symbol of a single file.'),
      timeFrame: timeFrame.optional(),
      mapping: mapping.optional(),
      ...span,
    }),
    z.strictObject({ source: z.literal('sp500').describe('S&P 500 index, daily, 2000 to 2020, offline.'), ...span }),
    z.strictObject({
      source: z.literal('catalog').describe('A folder of Parquet files that `data import` and `data fetch` fill.'),
      folder: z.string().min(1).optional(),
      symbols,
      timeFrame: timeFrame.optional(),
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

/** What is known about an instrument beyond its file. */
export const instrumentSchema = z.strictObject({
  kind: z.enum(['equity', 'etf', 'index', 'option', 'future', 'fx', 'crypto']).optional(),
  currency: z.string().min(3).max(8).optional(),
  calendar: z.string().min(1).optional().describe('XNYS, XLON, FX, 24-7 …'),
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
