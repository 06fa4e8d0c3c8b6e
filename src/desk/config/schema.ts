/**
 * What may stand in a deck: the one description that reads YAML, refuses mistakes, and tells editors what to offer.
 *
 * `schema/deck.schema.json` is made from it by `tradedeck schema`.
 */
import { z } from 'zod';
import {
  auctionsSchema,
  conversionSchema,
  feesSchema,
  financingSchema,
  optionsSchema,
  queueSchema,
  sizingSchema,
  slippageSchema,
} from './models.ts';
import { alertsSchema } from './alerts-schema.ts';
import { limitsSchema } from './limits-schema.ts';
import { processSchema } from './process-schema.ts';
import { BROKER_NAMES, CONVENTION_NAMES } from './sources.ts';
import { sweepSchema } from '../sweep/schema.ts';
import { instrumentSchema, membershipSchema, tapeSchema } from './tape-schema.ts';

const parameterValue = z.union([
  z.number(),
  z.string(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])).describe('Entries of a text parameter.'),
  z
    .strictObject({ file: z.string().min(1) })
    .describe('Entries of a text parameter, one a line, in a file relative to the deck; # begins a comment.'),
]);

const strategySchema = z
  .strictObject({
    name: z.string().min(1).optional().describe('One that Tradedeck ships; `tradedeck strategies` lists them.'),
    file: z.string().min(1).optional().describe('A .ts or .js file that exports one, relative to the deck.'),
    parameters: z.record(z.string(), parameterValue).optional(),
    process: processSchema.optional(),
  })
  .refine(({ name, file }) => (name === undefined) !== (file === undefined), {
    message: 'must have either `name`, of a shipped strategy, or `file`',
  })
  .describe('What decides.');

const conventionsSchema = z
  .strictObject({
    name: z.enum(CONVENTION_NAMES).optional().describe('The set to start from.'),
    timing: z.enum(['next-open', 'this-close']).optional().describe('When a market order fills.'),
    path: z.enum(['adverse', 'one-by-one', 'high-first', 'low-first', 'nearest-first']).optional(),
    limits: z.enum(['penetrate', 'touch']).optional().describe('What fills a limit order.'),
    stopLimitInTriggerBar: z
      .enum(['close-decides', 'turned-bar', 'waits'])
      .optional()
      .describe('Whether the close of the bar that triggers a stop-limit order may fill it.'),
    trailing: z.enum(['extremes', 'closes']).optional().describe('What trailing stops follow.'),
    childrenInEntryBar: z
      .enum(['certain', 'market-entries-only', 'next-bar'])
      .optional()
      .describe('When exits may act in the bar of their entry.'),
    openFirst: z.boolean().optional().describe('Whether orders that the open alone decides are matched first.'),
    closingFirst: z.boolean().optional().describe('Whether orders that close are matched before those that open.'),
    volumeShare: z
      .union([z.literal('unlimited'), z.number().positive().max(1)])
      .optional()
      .describe('Largest share of the volume of a bar that all orders together take.'),
    queue: queueSchema.optional(),
    auctions: auctionsSchema.optional(),
    options: optionsSchema.optional(),
    fees: feesSchema.optional(),
    slippage: slippageSchema.optional(),
    slipsInsideBar: z.boolean().optional().describe('Whether slippage ends at the high and low of the bar.'),
    financing: financingSchema.optional(),
    settlementDays: z
      .int()
      .min(0)
      .max(30)
      .optional()
      .describe('Sessions until a cash account may spend what a sale brought; 1 is T+1.'),
    marginBuffer: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('By how much what must be kept may exceed equity before positions are closed; 0.1 is 10 %.'),
    conversion: conversionSchema.optional(),
    sizing: sizingSchema.optional(),
    end: z.enum(['keep', 'close-at-last-close', 'close-at-last-open']).optional(),
    latencyMs: z.number().min(0).max(86_400_000).optional().describe('From decision to venue.'),
    ruinEnds: z.boolean().optional().describe('Whether the run ends when the account is worth nothing.'),
    extraWarmUp: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe('Bars without decisions after the indicators are ready.'),
  })
  .describe('How the simulated venue decides what the data cannot.');

const accountSchema = z
  .strictObject({
    cash: z.number().positive().optional().describe('At the start; 100,000 by default.'),
    currency: z.string().length(3).optional().describe('ISO 4217; that of the first instrument by default.'),
    type: z.enum(['cash', 'margin', 'leverage']).optional().describe('Cash, Regulation T margin, or flat leverage.'),
    leverage: z.number().min(1).max(1000).optional().describe('With type leverage.'),
    shorts: z.boolean().optional().describe('With type cash: whether selling short is allowed.'),
    rates: z
      .record(z.string().regex(/^[A-Z0-9]{3,8}$/, 'must be a currency as in EUR'), z.number().positive())
      .optional()
      .describe('By currency: money of the account per unit, where no currency pair on the tape says it.'),
  })
  .describe('What the account has and may do.');

const outputSchema = z
  .strictObject({
    folder: z.string().min(1).optional().describe('Where run folders go; `runs` by default.'),
    report: z.boolean().optional().describe('Whether report.html is written; true by default.'),
    formats: z
      .array(z.enum(['csv', 'json']))
      .optional()
      .describe('Of trades and equity; both by default.'),
    trades: z
      .string()
      .regex(/\.(csv|json)$/, 'must end in .csv or .json')
      .optional()
      .describe('A further file for the trades; .csv or .json.'),
  })
  .describe('What a run leaves behind.');

const stateSchema = z
  .strictObject({
    save: z.string().min(1).optional().describe('A file for the state at the end of the run, relative to the deck.'),
    restore: z.string().min(1).optional().describe('A saved state to go on from, relative to the deck.'),
  })
  .describe('What a later run goes on from.');

const brokerSchema = z
  .strictObject({
    name: z.enum(BROKER_NAMES).describe('Who has the account.'),
    account: z.string().min(1).optional().describe('Its number: what the broker says must be the same. Live needs it.'),
    confirm: z
      .string()
      .optional()
      .describe('For unattended use: `live` and the account number, as one would type it on the terminal.'),
    keys: z.string().min(1).optional().describe('A file that only its owner may read, relative to the deck.'),
    restUrl: z.url().optional().describe('Another address of the vendor, or that of a fake on this machine.'),
    streamUrl: z.url().optional(),
    optionOrders: z
      .enum(['strict', 'wide'])
      .optional()
      .describe(
        'Of alpaca: options for the day at the market or a limit (strict), or GTC and stops of one contract too.',
      ),
    host: z.string().min(1).optional().describe('Of ib: where TWS or the gateway runs; this machine by default.'),
    port: z.int().min(1).max(65_535).optional().describe('Of ib: 7497 in a rehearsal and 7496 live by default.'),
    clientId: z
      .int()
      .min(1)
      .max(999)
      .optional()
      .describe('Of ib: the client number of its orders, always the same for a desk; 11 by default. Four more follow.'),
    restarts: z
      .array(z.string())
      .optional()
      .describe(
        'Of ib: when its servers restart, in New York, as 00:15-01:45 or Sat 00:00-03:00; what the vendor says by default.',
      ),
  })
  .describe('Where orders go in a rehearsal and live.');

const sessionSchema = z
  .strictObject({
    atEnd: z
      .enum(['keep', 'keep-exits', 'cancel'])
      .optional()
      .describe('What becomes of orders that work; cancel after the close, keep-exits when stopped before.'),
    reconcileSeconds: z.number().min(5).max(3600).optional().describe('How often books are compared; 30 by default.'),
    decisionSeconds: z.number().min(1).max(600).optional().describe('How long a decision may be sent; 15 by default.'),
    blockedSeconds: z
      .union([z.number().min(1).max(600), z.literal('off')])
      .optional()
      .describe('How long its loop may stand still before its watchdog ends it; 10. off: nobody watches.'),
    deadSeconds: z
      .number()
      .min(1)
      .max(3600)
      .optional()
      .describe('How long after its death another process is waited for before ifDead is done for it; 60.'),
    retentionYears: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('How long the journal must be kept after its last record; 7 by default.'),
    signed: z
      .boolean()
      .optional()
      .describe('Whether clearing and looser limits need a signature in a rehearsal too; live they always do.'),
    ifDead: z
      .enum(['keep', 'keep-exits', 'cancel'])
      .optional()
      .describe('What its watchdog does where nobody goes on with it; as atEnd, or keep-exits.'),
    staleSeconds: z.number().min(1).max(3600).optional().describe('Silence of all prices that is raised; 90.'),
  })
  .describe('How a session is conducted.');

export const deckSchema = z.strictObject({
  name: z.string().min(1).optional().describe('Names the run; that of the strategy by default.'),
  mode: z
    .enum(['backtest', 'paper', 'rehearsal', 'live'])
    .optional()
    .describe('What the deck is for; one that says none is played in any.'),
  strategy: strategySchema,
  tape: tapeSchema,
  instruments: z.record(z.string(), instrumentSchema).optional().describe('By symbol: what its file does not say.'),
  universe: z
    .union([z.string().min(1), z.array(membershipSchema).min(1)])
    .optional()
    .describe('Which symbols belong when: a list, or a CSV file with the columns symbol, from, to.'),
  conventions: conventionsSchema.optional(),
  account: accountSchema.optional(),
  limits: limitsSchema.optional(),
  broker: brokerSchema.optional(),
  session: sessionSchema.optional(),
  alerts: alertsSchema.optional(),
  benchmark: z
    .string()
    .min(1)
    .optional()
    .describe('A symbol on the tape to hold instead, or none; the first instrument by default.'),
  seed: z.int().min(0).max(4_294_967_295).optional().describe('Of all chance in the run; 1 by default.'),
  state: stateSchema.optional(),
  output: outputSchema.optional(),
  sweep: sweepSchema.optional(),
});

/** A deck as it is written: what is left out has its default in `resolve.ts`. */
export type DeckConfig = z.output<typeof deckSchema>;
export type ConventionsConfig = NonNullable<DeckConfig['conventions']>;
export type AccountConfig = NonNullable<DeckConfig['account']>;
export type BrokerConfig = NonNullable<DeckConfig['broker']>;
export type StrategyConfig = DeckConfig['strategy'];
export type OutputConfig = NonNullable<DeckConfig['output']>;

/** Returns the JSON Schema (draft 2020-12) of a deck, as the text of the published file. */
export function deckJsonSchema(): string {
  const schema = z.toJSONSchema(deckSchema, { io: 'input' });
  const titled = { title: 'Tradedeck deck', ...schema };
  return `${JSON.stringify(titled, undefined, 2)}\n`;
}
