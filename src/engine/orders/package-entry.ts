/**
 * Where packages enter: every leg passes the gate, the package as a whole the controls of collateral, and then all of
 * them go to the venue or none.
 */
import type { Deck } from '../deck.ts';
import type { Refusal } from '../gate/gate.ts';
import { ENTRY } from '../journal/journal.ts';
import { refuse } from '../limits/format.ts';
import { Order } from './order.ts';
import { Package, type PackageIntent } from './package.ts';

/** The most legs of a package: exchanges take no more in one complex order of their book. */
const LEGS_MAX = 16;

export class PackageEntry {
  private readonly deck: Deck;

  constructor(deck: Deck) {
    this.deck = deck;
  }

  /** Returns the package on its way, or `undefined` when a leg or the whole was refused. */
  submit(intent: PackageIntent): Package | undefined {
    const { deck } = this;
    deck.sync();
    const { legs } = intent;
    const wrong = this.malformed(intent);
    if (wrong !== undefined) return this.refuse(intent, wrong);
    const approved: Order[] = [];
    for (const leg of legs) {
      const result = deck.orders.approve(leg, legs);
      if (!(result instanceof Order)) {
        const symbol = deck.markets[leg.instrument].symbol;
        return this.refuse(intent, { code: result.code, message: `${symbol}: ${result.message}` });
      }
      approved.push(result);
    }
    const pack = makePackage(deck, approved, intent);
    this.recordPackage(pack);
    for (const [i, leg] of approved.entries()) {
      deck.orders.recordSubmitted(leg);
      deck.orders.pass(legs[i], leg.units, leg);
    }
    deck.venue.setNow(deck.at);
    deck.venue.sendPackage!(pack);
    return pack;
  }

  /** Changes the net price; false when the package is over or has no limit. */
  update(pack: Package, limit: number): boolean {
    const { deck } = this;
    deck.sync();
    deck.venue.setNow(deck.at);
    if (pack.limit !== pack.limit || !Number.isFinite(limit)) return false;
    return deck.venue.updatePackage?.(pack, limit) === undefined;
  }

  private malformed({ legs, ratios, quantity, limit }: PackageIntent): Refusal | undefined {
    if (this.deck.venue.sendPackage === undefined) return refuse('combo.unsupported', 'the venue takes no packages');
    const count = legs.length;
    if (count < 2 || count > LEGS_MAX) return refuse('combo.legs', `a package has 2 to ${LEGS_MAX} legs, had ${count}`);
    if (new Set(legs.map(({ instrument }) => instrument)).size < count) {
      return refuse('combo.legs', 'each leg of a package is another instrument');
    }
    if (!Number.isInteger(quantity) || quantity <= 0) {
      return refuse('combo.quantity', `the number of packages must be whole and positive, was ${quantity}`);
    }
    const uneven = ratios.find((ratio) => !Number.isInteger(ratio) || ratio <= 0);
    if (uneven !== undefined) return refuse('combo.ratio', `the units of a leg must be whole, were ${uneven}`);
    return limit === Infinity || limit === -Infinity
      ? refuse('format.limit', `the net price must be finite, was ${limit}`)
      : undefined;
  }

  private refuse(intent: PackageIntent, { code, message }: Refusal): undefined {
    const [leg] = intent.legs;
    const named = { code, message: `${intent.name}: ${message}` };
    if (leg !== undefined) this.deck.orders.refuse(leg, 0, named);
    return undefined;
  }

  private recordPackage(pack: Package): void {
    const { deck } = this;
    const [first] = pack.legs;
    const legs = pack.legs.map(({ side, instrument }, i) => {
      return `${side > 0 ? '+' : '−'}${pack.ratios[i]} ${deck.markets[instrument].symbol}`;
    });
    const text = `${pack.name}: ${legs.join(' ')}${pack.reason === '' ? '' : `: ${pack.reason}`}`;
    const { instrument, strategy } = first;
    const count = pack.legs.length;
    deck.journal.write(
      ENTRY.package,
      deck.at,
      pack.id,
      instrument,
      strategy,
      pack.quantity,
      pack.limit,
      count,
      0,
      text,
    );
  }
}

/** Ties approved legs into a package. */
export function makePackage(
  { ledger }: Pick<Deck, 'ledger'>,
  legs: readonly Order[],
  intent: Omit<PackageIntent, 'legs' | 'timeInForce'>,
): Package {
  const instruments = legs.map(({ instrument }) => ledger.instruments[instrument]);
  const points = instruments.find(({ option }) => option !== undefined)?.multiplier ?? 1;
  return new Package(
    legs,
    intent,
    instruments.map(({ multiplier }) => multiplier),
    points,
  );
}
