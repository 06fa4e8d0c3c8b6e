/**
 * How a deck spells the models of a simulated venue: a word for one without numbers, an object with `model` otherwise.
 */
import { z } from 'zod';

const bps = z.number().min(0).max(10_000);
const money = z.number().min(0);

const feeTier = z.strictObject({
  from: money.describe('Lowest price of the contract for this rate.'),
  rate: money.describe('Money per contract.'),
});

/** Fees of a fill. */
export const feesSchema = z
  .union([
    z.enum(['none', 'typical']),
    z.discriminatedUnion('model', [
      z.strictObject({ model: z.literal('none') }),
      z.strictObject({ model: z.literal('typical') }),
      z.strictObject({
        model: z.literal('per-share'),
        rate: money.describe('Money per share.'),
        minimum: money.optional().describe('Least money per order.'),
        maximumShare: z.number().positive().max(1).optional().describe('Most of the value of an order, 0.01 is 1 %.'),
      }),
      z.strictObject({
        model: z.literal('per-contract'),
        rate: money.optional().describe('Money per contract.'),
        tiers: z.array(feeTier).min(1).optional().describe('Rates by the price of the contract.'),
        minimum: money.optional().describe('Least money per order.'),
      }),
      z.strictObject({ model: z.literal('bps'), bps: bps.describe('Hundredths of a percent of the value.') }),
      z.strictObject({
        model: z.literal('fixed'),
        amount: money.describe('Money per order.'),
        rate: z.number().min(0).max(1).optional().describe('Share of the value besides, 0.001 is 0.1 %.'),
      }),
      z.strictObject({
        model: z.literal('maker-taker'),
        makerBps: z.number().min(-100).max(10_000).describe('For resting orders; negative for a rebate.'),
        takerBps: bps.describe('For orders that take.'),
      }),
    ]),
  ])
  .describe('What a fill costs: none, typical, or a model with its numbers.');

/** How much worse than the tape an order fills. */
export const slippageSchema = z
  .union([
    z.literal('none'),
    z.discriminatedUnion('model', [
      z.strictObject({ model: z.literal('none') }),
      z.strictObject({ model: z.literal('bps'), bps: bps.describe('Hundredths of a percent of the price.') }),
      z.strictObject({ model: z.literal('ticks'), ticks: z.number().min(0).max(1000) }),
      z.strictObject({ model: z.literal('half-spread'), fallbackBps: bps.optional().describe('Where no quotes are.') }),
      z.strictObject({
        model: z.literal('entry-spread'),
        share: z.number().min(0).max(0.5).describe('Share of the price, on entries only.'),
      }),
      z.strictObject({ model: z.literal('volume-share'), impact: z.number().min(0).max(10).optional() }),
      z.strictObject({ model: z.literal('square-root'), coefficient: z.number().min(0).max(100).optional() }),
    ]),
  ])
  .describe('How much worse than the price on the tape an order fills.');

/** How targets become quantities. */
export const sizingSchema = z
  .strictObject({
    buffer: z.number().min(0).max(0.5).optional().describe('Share of the account that targets leave untouched.'),
    reservesFees: z
      .union([z.boolean(), z.literal('sales-too')])
      .optional()
      .describe('Whether a target leaves room for its own fee; sales-too also where it sells.'),
    at: z.enum(['decision', 'fill']).optional().describe('When a fraction becomes a quantity.'),
    trims: z.boolean().optional().describe('Whether a target is cut to what the account can pay, or rejected.'),
  })
  .describe('How shares of the account become quantities.');

const yearlyRate = z.number().min(0).max(100);

/** What cash earns and owes over night, and the borrowing of shares. */
export const financingSchema = z
  .union([
    z.enum(['none', 'cautious']),
    z.strictObject({
      credit: z.number().min(-1).max(100).optional().describe('Yearly rate that cash earns; 0.03 is 3 %.'),
      debit: yearlyRate.optional().describe('Yearly rate that debt pays.'),
      dayCount: z.literal([360, 365]).optional().describe('Nights in a year; 360 by default.'),
      borrow: yearlyRate.optional().describe('Yearly fee on the value of shares sold short.'),
      borrowOf: z.record(z.string(), yearlyRate).optional().describe('By symbol, where the fee differs.'),
      available: z
        .record(z.string(), z.number().min(0))
        .optional()
        .describe('By symbol: how many units can be borrowed; 0 for none.'),
    }),
  ])
  .describe('Interest on cash and the borrowing of shares: none, cautious (debt 8 %, shares 0.5 %), or yearly rates.');

/** What happens to cash that fills leave in other currencies than the base. */
export const conversionSchema = z
  .union([
    z.literal('separate'),
    z.discriminatedUnion('model', [
      z.strictObject({ model: z.literal('separate') }),
      z.strictObject({
        model: z.literal('pay-from-base').describe('Debts in other currencies are paid from base cash at once.'),
        bps: bps.describe('How much worse than the current rate, in hundredths of a percent.'),
      }),
      z.strictObject({
        model: z.literal('sweep-to-base').describe('Debts and proceeds in other currencies go to base cash at once.'),
        bps: bps.describe('How much worse than the current rate, in hundredths of a percent.'),
      }),
    ]),
  ])
  .describe('What happens to cash in other currencies: separate accounts, or a model with its cost.');

/** Where a resting limit order stands in the queue at its price. */
export const queueSchema = z
  .enum(['last-in-line', 'displayed', 'first-in-line'])
  .describe('On quotes and trades: who is served first at a price where an order rests; last-in-line by default.');

/** Until when orders for the close are taken. */
export const auctionsSchema = z
  .union([
    z.literal('exchange').describe('10 minutes before the close of XNYS, 5 of XNAS, up to the close elsewhere.'),
    z.strictObject({ cutoffMinutes: z.number().min(0).max(390).describe('Minutes before the close, everywhere.') }),
  ])
  .describe('Until when orders for the close are taken: exchange, or a number of minutes before it.');

const share = z.number().min(0).max(1);

/** Fills, and early assignment, of options. */
export const optionsSchema = z
  .strictObject({
    fills: z
      .union([
        z.enum(['far-side', 'middle', 'last-seen-side']),
        z.discriminatedUnion('model', [
          z.strictObject({
            model: z.literal('middle-less'),
            fraction: share.describe('Of half the spread; 1 is far.'),
          }),
          z.strictObject({
            model: z.literal('ladder'),
            step: share.optional().describe('Share of the spread that each step gives up; 0.25 by default.'),
            takenAt: z.int().min(0).max(100).optional().describe('The step that is taken, 0 the middle; 2 by default.'),
            seconds: z.number().min(0).max(86_400).optional().describe('Between steps; 3 by default.'),
          }),
        ]),
      ])
      .optional()
      .describe('At what price a quote fills: far-side (the default), middle, or a model between them.'),
    assignment: z
      .union([
        z.enum(['rational', 'dividend', 'no-time-value', 'only-at-expiry']),
        z.strictObject({
          model: z.literal('deep'),
          share: share.optional().describe('In the money by; 0.05 by default.'),
          days: z.int().min(0).max(3650).optional().describe('Before expiry; 4 by default.'),
        }),
      ])
      .optional()
      .describe('When sold American options are assigned early: rational by default.'),
  })
  .describe('How the simulated venue treats options.');

export type OptionsConfig = z.output<typeof optionsSchema>;
export type AuctionsConfig = z.output<typeof auctionsSchema>;
export type FeesConfig = z.output<typeof feesSchema>;
export type SlippageConfig = z.output<typeof slippageSchema>;
export type SizingConfig = z.output<typeof sizingSchema>;
export type FinancingConfig = z.output<typeof financingSchema>;
export type ConversionConfig = z.output<typeof conversionSchema>;
