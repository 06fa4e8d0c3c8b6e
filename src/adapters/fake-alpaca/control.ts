/**
 * The fake's own endpoints, `/__fake/…`, which the vendor does not have: to set faults, prices and time, to have things
 * happen to the account, and to read the books. They answer only this machine.
 */
import { Fault } from '../../base/fault.ts';
import { formatInstant, MILLISECOND, SECOND } from '../../time/instant.ts';
import { z } from 'zod';
import type { CorporateAction } from '../../market/actions.ts';
import { DOLLAR, SHARE } from '../fake-broker/core/amounts.ts';
import { bustFill, correctFill } from '../fake-broker/core/executing.ts';
import { correctTrade, tellBand, tellLate } from '../fake-broker/core/second-thoughts.ts';
import type { FaultRule } from './core/faults.ts';
import { ledgerView } from './core/ledger.ts';
import { bookCash } from '../fake-broker/core/nights.ts';
import type { Query } from './core/paging.ts';
import { localDay } from '../fake-broker/core/random-ids.ts';
import { answer, Refusal, type Answer } from '../fake-broker/core/refusal.ts';
import type { FakeAlpaca } from './server.ts';

type Handle = (fake: FakeAlpaca, body: unknown, query: Query) => unknown;

/** Answers a request for the fake itself. */
export function control(fake: FakeAlpaca, method: string, path: string, query: Query, body: unknown): Answer {
  const handle = CONTROLS[`${method} ${path}`];
  if (handle === undefined) {
    return answer({ message: `no ${method} ${path}`, known: Object.keys(CONTROLS) }, 404);
  }
  try {
    fake.fake.clock.tick();
    return answer(handle(fake, body ?? {}, query) ?? { ok: true });
  } catch (error) {
    if (error instanceof z.ZodError) return answer({ message: z.prettifyError(error) }, 400);
    if (error instanceof Refusal) return answer(error.body, error.status);
    if (error instanceof Fault) return answer({ message: error.message }, 400);
    throw error;
  }
}

const CONTROLS: Readonly<Record<string, Handle>> = {
  'GET /__fake/ledger': ({ fake }) => ledgerView(fake.broker.state),
  'GET /__fake/requests': ({ notes }) => notes,
  'GET /__fake/time': ({ fake }) => ({
    now: formatInstant(fake.broker.now),
    phase: fake.broker.state.phase,
    speed: fake.clock.speed,
  }),
  'POST /__fake/advance': ({ fake }, body) => {
    const { seconds, to } = ADVANCE.parse(body);
    const until =
      to === undefined ? fake.broker.now + Math.round((seconds ?? 0) * SECOND) : Date.parse(to) * MILLISECOND;
    fake.clock.jump(until);
    return { now: formatInstant(fake.broker.now), phase: fake.broker.state.phase };
  },
  'POST /__fake/speed': ({ fake }, body) => fake.setSpeed(SPEED.parse(body).speed),
  'GET /__fake/inject': ({ fake }) => ({ rules: fake.faults.list(), fired: Object.fromEntries(fake.faults.fired) }),
  'POST /__fake/inject': ({ fake }, body) => ({ id: fake.faults.add(RULE.parse(body) as FaultRule) }), // Checked by the schema.
  'DELETE /__fake/inject': ({ fake }, _, query) => ({
    removed: fake.faults.clear(query['id'] === undefined ? undefined : Number(query['id'])),
  }),
  'POST /__fake/quote': ({ fake }, body) => {
    const { symbol, bid, ask, bidSize, askSize } = QUOTE.parse(body);
    fake.broker.quote(known(fake, symbol), bid, ask, bidSize, askSize);
  },
  'POST /__fake/trade': ({ fake }, body) => {
    const { symbol, price, size } = TRADE.parse(body);
    fake.broker.trade(known(fake, symbol), price, size);
  },
  'POST /__fake/late-trade': ({ fake }, body) => {
    const { symbol, price, size, secondsAgo } = LATE_TRADE.parse(body);
    if (!tellLate(fake.broker.state, known(fake, symbol), price, size, secondsAgo)) {
      throw new Refusal(404, undefined, `no minute of ${symbol} that is over was ${secondsAgo} s ago`);
    }
  },
  'POST /__fake/trade-correction': ({ fake }, body) => {
    const { symbol, id, to } = TRADE_CORRECTION.parse(body);
    if (!correctTrade(fake.broker.state, known(fake, symbol), id, to)) {
      throw new Refusal(404, undefined, `no such trade of ${symbol}`);
    }
  },
  'POST /__fake/band': ({ fake }, body) => {
    const { symbol, up, down } = BAND.parse(body);
    tellBand(fake.broker.state, known(fake, symbol), up, down);
  },
  'POST /__fake/account': ({ fake }, body) => Object.assign(fake.broker.state.flags, ACCOUNT.parse(body)),
  'POST /__fake/asset': ({ fake }, body) => {
    const { symbol, ...change } = ASSET.parse(body);
    Object.assign(fake.broker.state.find(known(fake, symbol))!, change);
  },
  'POST /__fake/halt': ({ fake }, body) => {
    const { symbol, halted, reason } = HALT.parse(body);
    fake.broker.halt(known(fake, symbol), halted, reason);
  },
  'POST /__fake/fill-fault': ({ fake }, body) => {
    const { symbol, lateByMillis, overfill } = FILL_FAULT.parse(body);
    fake.broker.state.fillFaults.push({
      symbol,
      ...(lateByMillis === undefined ? {} : { lateBy: lateByMillis * MILLISECOND }),
      ...(overfill === undefined ? {} : { overfill: overfill * SHARE }),
    });
  },
  'POST /__fake/cancel-fault': ({ fake }, body) => {
    fake.broker.state.stuckCancels = CANCEL_FAULT.parse(body).stuck;
  },
  'POST /__fake/bust': ({ fake }, body) => {
    if (!bustFill(fake.broker.state, BUST.parse(body).executionId)) throw new Refusal(404, undefined, 'no such fill');
  },
  'POST /__fake/correct': ({ fake }, body) => {
    const { executionId, price, quantity } = CORRECTION.parse(body);
    const to = { price: Math.round(price * DOLLAR), quantity: quantity * SHARE };
    if (!correctFill(fake.broker.state, executionId, to)) throw new Refusal(404, undefined, 'no such fill');
  },
  'POST /__fake/assign': ({ fake }, body) => {
    const { symbol, contracts } = ASSIGN.parse(body);
    if (!fake.broker.assign(symbol, contracts)) throw new Refusal(404, undefined, `${symbol} is no option`);
  },
  'POST /__fake/corporate-action': ({ fake }, body) => {
    const { at, ...action } = ACTION.parse(body);
    const instant = Date.parse(at) * MILLISECOND;
    return { id: fake.broker.announce({ ...action, at: instant } as CorporateAction) }; // The schema has the same kinds.
  },
  'POST /__fake/reset': ({ fake }) => fake.broker.state.resetAccount(),
  'POST /__fake/cash': ({ fake }, body) => {
    bookCash(fake.broker.state, localDay(fake.broker.now), CASH.parse(body).amount, 'JNLC');
  },
  'POST /__fake/activity-gap': ({ feed }, body) => feed.gap(GAP.parse(body).count),
  'POST /__fake/streams': ({ sockets }, body) => {
    const { stream, action, millis, code } = STREAMS.parse(body);
    if (action === 'refuse') return sockets.refuse([code]);
    if (action === 'fail') return { connections: sockets.fail(stream, code) };
    if (action === 'disconnect') return { connections: sockets.disconnect(stream) };
    if (action === 'linger') return { connections: sockets.disconnect(stream, millis * MILLISECOND) };
    if (action === 'slow') return { connections: sockets.tooSlow(stream) };
    return { connections: sockets.mute(stream, millis * MILLISECOND) };
  },
};

function known({ broker }: FakeAlpaca['fake'], symbol: string): string {
  if (broker.state.find(symbol) === undefined && broker.state.listContract(symbol) === undefined) {
    throw new Refusal(404, undefined, `no symbol ${symbol}`);
  }
  return symbol;
}

const symbol = z.string().min(1);
const amount = z.number().min(0);
const instantText = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be an RFC 3339 time or a date');

const ADVANCE = z.strictObject({ seconds: z.number().min(0).optional(), to: instantText.optional() });
const SPEED = z.strictObject({ speed: z.union([z.number().positive(), z.literal('manual')]) });
const QUOTE = z.strictObject({
  symbol,
  bid: amount,
  ask: amount,
  bidSize: amount.default(10),
  askSize: amount.default(10),
});
const TRADE = z.strictObject({ symbol, price: z.number().positive(), size: amount.default(100) });
const LATE_TRADE = z.strictObject({
  symbol,
  price: z.number().positive(),
  size: amount.default(100),
  secondsAgo: z.number().positive().default(60),
});
const TRADE_CORRECTION = z.strictObject({
  symbol,
  id: z.int().positive().optional(),
  to: z.strictObject({ price: z.number().positive(), size: amount }).optional(),
});
const BAND = z.strictObject({ symbol, up: amount, down: amount });
const ACCOUNT = z
  .strictObject({
    status: z.enum(['ACTIVE', 'ACCOUNT_CLOSED', 'REJECTED']),
    tradingBlocked: z.boolean(),
    accountBlocked: z.boolean(),
    transfersBlocked: z.boolean(),
    suspendedByUser: z.boolean(),
    noShorting: z.boolean(),
    keyRevoked: z.boolean(),
  })
  .partial();
const ASSET = z.strictObject({
  symbol,
  tradable: z.boolean().optional(),
  shortable: z.boolean().optional(),
  easyToBorrow: z.boolean().optional(),
});
const HALT = z.strictObject({ symbol, halted: z.boolean(), reason: z.string().default('T1') });
const FILL_FAULT = z.strictObject({
  symbol: symbol.optional(),
  lateByMillis: z.number().min(0).optional(),
  overfill: z.int().positive().optional(),
});
const CANCEL_FAULT = z.strictObject({ stuck: z.int().min(0) });
const BUST = z.strictObject({ executionId: z.string() });
const CORRECTION = z.strictObject({ executionId: z.string(), price: z.number(), quantity: z.number() });
const ASSIGN = z.strictObject({ symbol, contracts: z.int().positive().default(1) });
const CASH = z.strictObject({ amount: z.number() });
const GAP = z.strictObject({ count: z.int().positive() });
const STREAMS = z.strictObject({
  stream: z.enum(['trade', 'stocks', 'options']).optional(),
  action: z.enum(['disconnect', 'linger', 'mute', 'slow', 'fail', 'refuse']),
  millis: z.number().min(0).default(60_000),
  code: z.literal([400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 500]).default(500),
});
const ACTION = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('split'), symbol, at: instantText, ratio: z.number().positive() }),
  z.strictObject({ kind: z.literal('dividend'), symbol, at: instantText, amount: z.number().positive() }),
  z.strictObject({ kind: z.literal('symbol-change'), symbol, at: instantText, to: symbol }),
  z.strictObject({ kind: z.literal('delisting'), symbol, at: instantText, price: amount.optional() }),
]);
const millis = z.number().min(0);
const REQUEST_FAULT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop-request') }),
  z.strictObject({ kind: z.literal('drop-response') }),
  z.strictObject({ kind: z.literal('delay'), millis, part: z.enum(['request', 'response']) }),
  z.strictObject({ kind: z.literal('reset'), acted: z.boolean() }),
  z.strictObject({ kind: z.literal('answer'), status: z.int(), html: z.boolean(), acted: z.boolean() }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('too-many'), headers: z.boolean() }),
]);
const STREAM_FAULT = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('duplicate'), copies: z.int().positive() }),
  z.strictObject({ kind: z.literal('delay'), millis }),
]);
const often = {
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  skip: z.int().min(0).optional(),
};
const RULE = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('request'),
    method: z.string().optional(),
    path: z.string().optional(),
    fault: REQUEST_FAULT,
    ...often,
  }),
  z.strictObject({
    on: z.literal('stream'),
    stream: z.enum(['trade', 'stocks', 'options']).optional(),
    event: z.string().optional(),
    fault: STREAM_FAULT,
    ...often,
  }),
]);
