/** What must hold while an exchange halts a symbol, by what the process that lives now was told of it. */
import type { Input, LiveSession, Ticket } from '../../src/engine/live/index.ts';
import { isOfDesk } from './held-exits.ts';
import { SECOND } from './world.ts';

/** Seconds after a halt in which nothing is sent, in runs in which halts count. */
export const HALT_WAIT = 5;

export class KnownHalts {
  /** Until when nothing is sent, by instrument. */
  private readonly until = new Map<number, number>();

  /** A session took an input. */
  taken({ deck, at }: LiveSession, input: Input): void {
    // Of what another process was told the record may be lost with it.
    if (input.kind === 'start') this.until.clear();
    if (input.kind !== 'status') return;
    const { index } = deck.markets.find(({ symbol }) => symbol === input.symbol)!;
    if (input.state === 'halted') this.until.set(index, Infinity);
    else if (this.until.get(index) === Infinity) this.until.set(index, at + HALT_WAIT * SECOND);
  }

  /** Neither what a strategy decides nor what the desk closes leaves; what protects may rest at the broker. */
  left({ deck, venue, at }: LiveSession, { clientId, order }: Ticket, now: number, fail: (text: string) => void): void {
    const isHalted = Math.max(now, at) < (this.until.get(order.instrument) ?? -Infinity);
    if (!isHalted || deck.orders.gate.limits?.halts === undefined) return;
    if (order.parent === undefined || isOfDesk(order, venue!)) fail(`I8 ${clientId} leaves while its symbol is halted`);
  }
}
