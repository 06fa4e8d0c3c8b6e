/**
 * The keys of a deck's limits, apart from what is made of them: a run whose flags were checked when they were read does
 * not load what reads decks, which takes a tenth of a second.
 */
import { z } from 'zod';
import { REGIME_NAMES } from '../wiring/margin-regimes.ts';

const off = z.literal('off');
const positive = (text: string) => z.union([z.number().positive(), off]).optional().describe(text);
const whole = (text: string) => z.union([z.int().positive(), off]).optional().describe(text);
const share = (text: string) =>
  z
    .union([z.number().positive().max(100), off])
    .optional()
    .describe(text);
const minutes = (text: string) =>
  z
    .union([z.number().min(0).max(600), off])
    .optional()
    .describe(text);
const refusal = (text: string) => z.enum(['refuse', 'off']).optional().describe(text);
const symbols = (text: string) => z.array(z.string().min(1)).optional().describe(text);

/** Keys of the settings that have one number for all kinds of instruments. */
const settingsSchema = z.strictObject({
  defaults: z
    .enum(['live', 'none'])
    .optional()
    .describe('Where the others start: none in a backtest, live in a session. `off` takes one out.'),
  minimumValue: positive('Least money in an order that opens.'),
  allow: symbols('The only symbols that are traded, with the options on them.'),
  restricted: symbols('Symbols in which nothing is opened.'),
  haltWait: positive('Seconds without orders after a halt.'),
  session: z.enum(['regular', 'extended', 'off']).optional().describe('Hours in which orders are taken.'),
  openCutoff: minutes('Minutes before the opening auction from which it takes no orders.'),
  closeCutoff: minutes('Minutes before the closing auction from which it takes no orders.'),
  quoteAge: positive('Oldest quote, in seconds.'),
  optionQuoteAge: positive('Oldest quote of an option, in seconds.'),
  spread: share('Widest spread, as a share of the middle.'),
  optionSpread: share('Widest spread of an option, as a share of the middle.'),
  collar: z
    .union([z.number().positive().max(1), z.enum(['by-price', 'off'])])
    .optional()
    .describe('How far from the far side a limit may be: a share, or by-price (3, 5, 10 %).'),
  optionCollar: share('The same for options, of the middle; three ticks at least.'),
  passiveCollar: z.boolean().optional().describe('Whether limits that open must be near on the passive side as well.'),
  orderQuantity: positive('Most units in one order.'),
  orderContracts: positive('Most option contracts in one order.'),
  orderValue: positive('Most money in one order.'),
  orderShare: share('Most of the account in one order; 0.05 is 5 %.'),
  orderVolume: share('Most of the average volume of a day in one order.'),
  duplicate: positive('Seconds in which the same order is not taken twice.'),
  ordersPerSecond: positive('Orders per second of a strategy.'),
  orderBurst: whole('Orders of a strategy that may come at once.'),
  symbolOrdersPerMinute: positive('Orders per minute in one symbol.'),
  messagesPerMinute: whole('Messages per minute of the account.'),
  reservedMessages: z.number().min(0).max(0.9).optional().describe('Share of them that is kept for cancels.'),
  workingOrders: whole('Most orders at work at once.'),
  symbolOrders: whole('Most orders at work at once in one symbol.'),
  ordersPerFill: positive('Most orders in an hour for each that fills.'),
  selfCross: z
    .enum(['refuse', 'cancel-oldest', 'off'])
    .optional()
    .describe('Whether orders of the account may meet each other; cancel-oldest also cancels the one that works.'),
  positionQuantity: positive('Most units of one instrument.'),
  positionShare: share('Most of the account in one position; 0.25 is 25 %.'),
  groupShare: share('Most of the account in one underlying with its options.'),
  sectors: z
    .record(
      z.string().min(1),
      z.strictObject({ symbols: z.array(z.string().min(1)).min(1), share: z.number().positive().max(100) }),
    )
    .optional()
    .describe('Most of the account in named groups of symbols, with their options.'),
  grossExposure: positive('Most of the account in all positions; 1 is 100 %.'),
  netExposure: positive('Most of the account in long less short.'),
  strategyExposure: positive('Most of the account in all that one strategy holds.'),
  shorts: refusal('Whether anything but options may be sold short.'),
  buyingPower: z.enum(['own', 'own-and-broker', 'off']).optional().describe('By which rules an order must be payable.'),
  optionLevel: z
    .union([z.int().min(0).max(4), off])
    .optional()
    .describe('What the account may do with options.'),
  contracts: whole('Most contracts on one underlying.'),
  shortDelta: positive('Most delta of the options sold, as a share of the account.'),
  shortGamma: positive('Most gamma of the options sold for 1 %, as a share of the account.'),
  shortVega: positive('Most vega of the options sold for one point, as a share of the account.'),
  expiryCutoff: minutes('Minutes before the end of its trading from which a contract is not opened.'),
  exDividend: refusal('Whether calls may be sold that a dividend makes worth exercising.'),
  dayLoss: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('Loss of a day after which nothing opens.'),
  strategyDayLoss: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('The same of one strategy.'),
  drawdown: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('Loss from the peak after which nothing is opened.'),
  reduceAt: z
    .union([z.number().positive().max(1), off])
    .optional()
    .describe('From which share of a loss limit of the account on only closing orders pass.'),
  haltAt: z
    .union([z.number().min(1).max(100), off])
    .optional()
    .describe('At how many times a loss limit nothing passes any more.'),
  onLoss: z
    .enum(['halt', 'halt+cancel', 'halt+cancel+flatten'])
    .optional()
    .describe('What is done when a loss limit is reached: stop, also cancel what would open, also close all.'),
  rejects: whole('Rejections in a row after which a strategy pauses.'),
  slippageSigma: positive('Deviations of slippage after which a strategy pauses.'),
  fillsPerMinute: whole('Fills per minute after which a strategy pauses.'),
  marginRegime: z
    .enum([...REGIME_NAMES, 'off'])
    .optional()
    .describe('Whose day-trading rule holds.'),
  canaryOrders: whole('How many orders must stay small first.'),
  canaryShare: share('Most of the account in each of them.'),
  armed: z
    .string()
    .regex(/^[0-9a-f]{12}$/, 'must be the twelve digits that `tradedeck limits` prints')
    .optional()
    .describe('The deck that was confirmed; a deck that has changed since sends nothing.'),
});

export const limitsSchema = z.union([z.enum(['live', 'none']), settingsSchema]).describe('What the risk gate refuses.');

export type LimitsGiven = z.output<typeof settingsSchema>;
