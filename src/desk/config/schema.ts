/**
 * What may stand in a deck: the one description that reads YAML, refuses mistakes, and tells editors what to offer.
 *
 * `schema/deck.schema.json` is made from it by `tradedeck schema`.
 */
import { z } from 'zod';
import { feesSchema, sizingSchema, slippageSchema } from './models.ts';
import { CONVENTION_NAMES } from './sources.ts';
import { sweepSchema } from '../sweep/schema.ts';
import { instrumentSchema, tapeSchema } from './tape-schema.ts';

const parameterValue = z.union([z.number(), z.string(), z.boolean()]);

const strategySchema = z
  .strictObject({
    name: z.string().min(1).optional().describe('One that Tradedeck ships; `tradedeck strategies` lists them.'),
    file: z.string().min(1).optional().describe('A .ts or .js file that exports one, relative to the deck.'),
    parameters: z.record(z.string(), parameterValue).optional(),
  })
  .refine(({ name, file }) => (name === undefined) !== (file === undefined), {
    message: 'must have either `name`, of a shipped strategy, or `file`',
  })
  .describe('What decides.');

const conventionsSchema = z
  .strictObject({
    name: z.enum(CONVENTION_NAMES).optional().describe('The set to start from.'),
    timing: z.enum(['next-open', 'this-close']).optional().describe('When a market order fills.'),
    path: z.enum(['adverse', 'high-first', 'low-first', 'nearest-first']).optional(),
    limits: z.enum(['penetrate', 'touch']).optional().describe('What fills a limit order.'),
    volumeShare: z
      .union([z.literal('unlimited'), z.number().positive().max(1)])
      .optional()
      .describe('Largest share of the volume of a bar that all orders together take.'),
    fees: feesSchema.optional(),
    slippage: slippageSchema.optional(),
    sizing: sizingSchema.optional(),
    end: z.enum(['keep', 'close-at-last-close', 'close-at-last-open']).optional(),
    latencyMs: z.number().min(0).max(86_400_000).optional().describe('From decision to venue.'),
  })
  .describe('How the simulated venue decides what the data cannot.');

const accountSchema = z
  .strictObject({
    cash: z.number().positive().optional().describe('At the start; 100,000 by default.'),
    currency: z.string().length(3).optional().describe('ISO 4217; that of the first instrument by default.'),
    type: z.enum(['cash', 'margin', 'leverage']).optional().describe('Cash, Regulation T margin, or flat leverage.'),
    leverage: z.number().min(1).max(1000).optional().describe('With type leverage.'),
    shorts: z.boolean().optional().describe('With type cash: whether selling short is allowed.'),
  })
  .describe('What the account has and may do.');

const limitsSchema = z
  .strictObject({
    orderQuantity: z.number().positive().optional().describe('Most units in one order.'),
    orderValue: z.number().positive().optional().describe('Most money in one order.'),
    positionShare: z.number().positive().optional().describe('Most of the account in one position; 0.25 is 25 %.'),
    grossExposure: z.number().positive().optional().describe('Most of the account in all positions; 1 is 100 %.'),
    workingOrders: z.int().positive().optional().describe('Most orders at work at once.'),
    drawdown: z.number().positive().max(1).optional().describe('Loss from the peak after which nothing is opened.'),
  })
  .describe('What the risk gate refuses.');

const outputSchema = z
  .strictObject({
    folder: z.string().min(1).optional().describe('Where run folders go; `runs` by default.'),
    report: z.boolean().optional().describe('Whether report.html is written; true by default.'),
    formats: z
      .array(z.enum(['csv', 'json']))
      .optional()
      .describe('Of trades and equity; both by default.'),
    trades: z.string().min(1).optional().describe('A further file for the trades; .csv or .json.'),
  })
  .describe('What a run leaves behind.');

export const deckSchema = z.strictObject({
  name: z.string().min(1).optional().describe('Names the run; that of the strategy by default.'),
  mode: z.enum(['backtest', 'paper', 'rehearsal', 'live']).optional().describe('This version plays backtests.'),
  strategy: strategySchema,
  tape: tapeSchema,
  instruments: z.record(z.string(), instrumentSchema).optional().describe('By symbol: what its file does not say.'),
  conventions: conventionsSchema.optional(),
  account: accountSchema.optional(),
  limits: limitsSchema.optional(),
  benchmark: z
    .string()
    .min(1)
    .optional()
    .describe('A symbol on the tape to hold instead, or none; the first instrument by default.'),
  seed: z.int().min(0).max(4_294_967_295).optional().describe('Of all chance in the run; 1 by default.'),
  output: outputSchema.optional(),
  sweep: sweepSchema.optional(),
});

/** A deck as it is written: what is left out has its default in `resolve.ts`. */
export type DeckConfig = z.output<typeof deckSchema>;
export type ConventionsConfig = NonNullable<DeckConfig['conventions']>;
export type AccountConfig = NonNullable<DeckConfig['account']>;
export type LimitsConfig = NonNullable<DeckConfig['limits']>;
export type OutputConfig = NonNullable<DeckConfig['output']>;

/** Returns the JSON Schema (draft 2020-12) of a deck, as the text of the published file. */
export function deckJsonSchema(): string {
  const schema = z.toJSONSchema(deckSchema, { io: 'input' });
  const titled = { title: 'Tradedeck deck', ...schema };
  return `${JSON.stringify(titled, undefined, 2)}\n`;
}
