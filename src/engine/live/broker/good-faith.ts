/**
 * Good faith in a cash account: what was bought with the proceeds of a sale may not be sold again before these have settled.
 * A broker lends them for the purchase; whoever sells first gets a violation, and after a few of them the account is restricted.
 *
 * Proceeds settle with the open of the next session (T+1). Money that has settled is spent first, then the proceeds that
 * settle first; what the broker says can be spent is a floor where it is less. What is sold is what was bought first.
 * An order to sell at once or at a limit is refused by name; a stop passes, for a loss that is not limited is worse than a
 * violation, and so does what the desk closes. What then is one is raised.
 * Source: Regulation T, 12 CFR 220.8; SEC rule 15c6-1 (T+1 since 2024-05-28).
 */
import type { Control, Refusal } from '../../gate/gate.ts';
import type { GateView } from '../../gate/gate.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { refuse } from '../../limits/format.ts';
import type { Order, OrderIntent } from '../../orders/order.ts';
import type { MarketHours } from '../../ports.ts';
import { formatInstant } from '../../../time/instant.ts';

/** Money that was received and has not settled. */
interface Proceeds {
  readonly settlesAt: number;
  money: number;
}

/** Units that were bought with it, in the order in which they were bought. */
interface Lot {
  units: number;
  /** When what paid for them has settled; −Infinity where it had. */
  readonly freeAt: number;
}

interface Saved {
  readonly proceeds: readonly (readonly [settlesAt: number, money: number])[];
  readonly lots: readonly (readonly [instrument: number, units: number, freeAt: number | null])[];
}

const CENT = 0.01;

export class GoodFaith {
  readonly control: Control;
  /** Violations that were made. */
  violations = 0;
  /** Whether the broker has said that the account has no credit. */
  private isCash = false;
  /** What the broker said can be spent, less what was spent since; Infinity while it is not known. */
  private floor = Infinity;
  private proceeds: Proceeds[] = [];
  private readonly lots = new Map<number, Lot[]>();
  private readonly parts: () => { readonly ledger: Ledger; readonly hours: readonly MarketHours[] };
  private readonly raise: (message: string, at: number) => void;

  /** `parts` are asked for when there is a deck; `raise` tells people of a violation. */
  constructor(parts: GoodFaith['parts'], raise: GoodFaith['raise']) {
    this.parts = parts;
    this.raise = raise;
    this.control = {
      name: 'good-faith',
      sentence: 'In a cash account nothing is sold that unsettled proceeds have bought, before they settle.',
      check: (intent, view) => (this.isCash ? this.against(intent, view) : undefined),
      memory: {
        filled: (order, units, price, at) => this.filled(order, units, price, at),
        save: () => this.save(),
        restore: (saved) => this.restore(saved as Saved), // What `save` gave.
      },
    };
  }

  /** The broker's books were read: whether there is credit, and what can be spent, which counts while nothing is at work. */
  heard(isCash: boolean | undefined, buyingPower: number, isQuiet: boolean): void {
    if (isCash !== undefined) this.isCash = isCash;
    this.floor = isQuiet && Number.isFinite(buyingPower) ? buyingPower : Infinity;
  }

  /** Money that was received and cannot be spent in good faith yet. */
  unsettled(now: number): number {
    this.proceeds = this.proceeds.filter(({ settlesAt }) => settlesAt > now);
    return this.proceeds.reduce((sum, { money }) => sum + money, 0);
  }

  private against(intent: OrderIntent, view: GateView): Refusal | undefined {
    const { instrument, side, stop, type } = intent;
    if (side > 0 || stop === stop || type === 'exercise') return undefined;
    const { ledger, market, now, units } = view;
    const held = Math.round(ledger.netQuantity(instrument) * market.scale);
    const lots = this.lots.get(instrument);
    if (held <= 0 || lots === undefined) return undefined;
    let before = held - lots.reduce((sum, lot) => sum + lot.units, 0);
    let freeAt = -Infinity;
    for (const lot of lots) {
      if (lot.freeAt > now) {
        ({ freeAt } = lot);
        break;
      }
      before += lot.units;
    }
    if (freeAt === -Infinity) return undefined;
    let working = 0;
    for (const order of view.working(instrument)) if (order.side < 0 && !isStop(order)) working += order.remainingUnits;
    const left = Math.max(0, before - working);
    const wanted = Math.min(units, held);
    if (wanted <= left) return undefined;
    const [sold, may] = [wanted, left].map((each) => each / market.scale);
    return refuse(
      'settlement.good-faith',
      `${sold} ${market.symbol} are to be sold, and of those held ${may} were paid with settled money; the rest is free at ${formatInstant(freeAt)}`,
    );
  }

  private filled({ instrument, side }: Order, units: number, price: number, at: number): void {
    if (!this.isCash) return;
    const { ledger, hours } = this.parts();
    const { multiplier } = ledger.instruments[instrument];
    const scale = ledger.units[instrument].quantityScale;
    const money = (units / scale) * price * multiplier * ledger.rates[ledger.currencyOf[instrument]];
    if (side > 0) this.bought(instrument, units, money, at);
    else {
      this.sold(instrument, units, at);
      this.proceeds.push({ settlesAt: settlesAt(hours[instrument], at), money });
    }
  }

  /** What settled money did not pay for, proceeds did: those that settle first. */
  private bought(instrument: number, units: number, cost: number, at: number): void {
    const { ledger, hours } = this.parts();
    this.floor -= cost;
    const settled = Math.min(ledger.cashValue() - this.unsettled(at), this.floor);
    let short = Math.min(cost, -settled);
    const held = Math.round(ledger.netQuantity(instrument) * ledger.units[instrument].quantityScale);
    // Contracts that are bought back are gone, and nothing is held that could be sold.
    if (held <= 0) return;
    if (!(short > CENT)) {
      // Only where others wait before them does it matter when these were bought.
      this.lots.get(instrument)?.push({ units, freeAt: -Infinity });
      return;
    }
    const lent = Math.min(units, Math.ceil((units * short) / cost));
    let freeAt = settlesAt(hours[instrument], at);
    for (const each of this.proceeds.sort((a, b) => a.settlesAt - b.settlesAt)) {
      const drawn = Math.min(short, each.money);
      if (drawn <= 0) continue;
      each.money -= drawn;
      short -= drawn;
      freeAt = each.settlesAt;
    }
    const lots = this.lots.getOrInsertComputed(instrument, () => []);
    if (lent < units) lots.push({ units: units - lent, freeAt: -Infinity });
    lots.push({ units: lent, freeAt });
  }

  /** What was bought first is sold first; what is not in a lot was there before. */
  private sold(instrument: number, units: number, at: number): void {
    const lots = this.lots.get(instrument);
    if (lots === undefined) return;
    const { ledger } = this.parts();
    const { [instrument]: market } = ledger.instruments;
    const scale = ledger.units[instrument].quantityScale;
    const held = Math.round(ledger.netQuantity(instrument) * scale) + units;
    let left = units - Math.max(0, held - lots.reduce((sum, lot) => sum + lot.units, 0));
    let early = 0;
    while (left > 0 && lots.length > 0) {
      const [lot] = lots;
      const taken = Math.min(left, lot.units);
      if (lot.freeAt > at) early += taken;
      lot.units -= taken;
      left -= taken;
      if (lot.units === 0) lots.shift();
    }
    if (lots.length === 0) this.lots.delete(instrument);
    if (early === 0) return;
    this.violations++;
    this.raise(
      `${early / scale} ${market.symbol} were sold before what paid for them had settled: violation ${this.violations} of this session`,
      at,
    );
  }

  private save(): Saved {
    return {
      proceeds: this.proceeds.map(({ settlesAt: at, money }) => [at, money]),
      lots: [...this.lots].flatMap(([instrument, lots]) =>
        lots.map(({ units, freeAt }) => [instrument, units, freeAt === -Infinity ? null : freeAt] as const),
      ),
    };
  }

  private restore({ proceeds, lots }: Saved): void {
    this.proceeds = proceeds.map(([at, money]) => ({ settlesAt: at, money }));
    for (const [instrument, units, freeAt] of lots) {
      this.lots.getOrInsertComputed(instrument, () => []).push({ units, freeAt: freeAt ?? -Infinity });
    }
    // What is there to be kept was kept of a cash account.
    if (proceeds.length + lots.length > 0) this.isCash = true;
  }
}

function isStop({ stop }: Order): boolean {
  return stop === stop;
}

/** The open of the session after the one of a sale; one at the very close still belongs to that session. */
function settlesAt(hours: MarketHours, at: number): number {
  return hours.openAfter(hours.closeAfter(at));
}
