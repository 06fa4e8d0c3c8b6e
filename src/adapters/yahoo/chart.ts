/**
 * What Yahoo's chart endpoint (version 8) answers, parsed once at the edge.
 */
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';

const numbers = z.array(z.number().nullable());

const Result = z.object({
  meta: z.object({
    currency: z.string().nullish(),
    symbol: z.string(),
    instrumentType: z.string().nullish(),
    exchangeTimezoneName: z.string(),
  }),
  timestamp: z.array(z.number()).nullish(),
  events: z
    .object({
      dividends: z.record(z.string(), z.object({ amount: z.number(), date: z.number() })).optional(),
      splits: z
        .record(z.string(), z.object({ date: z.number(), numerator: z.number(), denominator: z.number() }))
        .optional(),
    })
    .optional(),
  indicators: z.object({
    quote: z
      .array(
        z.object({
          open: numbers.optional(),
          high: numbers.optional(),
          low: numbers.optional(),
          close: numbers.optional(),
          volume: numbers.optional(),
        }),
      )
      .min(1),
    adjclose: z.array(z.object({ adjclose: numbers })).optional(),
  }),
});

/** A refusal that comes before the charts: a cookie or a crumb that is not valid any more. */
const Refusal = z.object({
  finance: z.object({ error: z.object({ code: z.string(), description: z.string().nullish() }) }),
});

const Reply = z.object({
  chart: z.object({
    result: z.array(Result).nullable(),
    error: z.object({ code: z.string(), description: z.string().nullish() }).nullish(),
  }),
});

export type Chart = z.infer<typeof Result>;

/** Returns the chart in a reply; what Yahoo refuses, or a reply of another shape, is a `Fault`. */
export function parseChart(status: number, body: string, symbol: string): Chart {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Fault('yahoo.bad-reply', `Yahoo answered status ${status} and no JSON`, { field: symbol });
  }
  const refusal = Refusal.safeParse(json);
  if (refusal.success) {
    const { code, description } = refusal.data.finance.error;
    throw new Fault('yahoo.refused', `Yahoo says: ${description ?? code}`, { field: symbol });
  }
  const reply = Reply.safeParse(json);
  if (!reply.success) {
    const [issue] = reply.error.issues;
    const where = issue.path.join('.');
    const rule = `Yahoo answered in another shape than it did: ${where}: ${issue.message.replace(/^Invalid input: /, '')}`;
    throw new Fault('yahoo.bad-reply', rule, { field: symbol });
  }
  const { result, error } = reply.data.chart;
  if (error !== null && error !== undefined) {
    throw new Fault('yahoo.refused', `Yahoo says: ${error.description ?? error.code}`, { field: symbol });
  }
  const chart = result?.[0];
  if (chart === undefined || status !== 200) {
    throw new Fault('yahoo.refused', `Yahoo answered status ${status} without a chart`, { field: symbol });
  }
  return chart;
}
