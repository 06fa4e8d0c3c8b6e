/**
 * Mistakes in the doors of a desk, for the bank of planted bugs: ids, identity, age, and whose news is told to whom.
 */
import { Door } from '../../src/engine/live/door/door.ts';
import { Doors } from '../../src/engine/live/door/doors.ts';
import { Happened } from '../../src/engine/live/door/happened.ts';
import { bodyOf, type Link } from '../../src/engine/live/door/links.ts';
import type { SubmitRequest } from '../../src/engine/live/index.ts';
import type { Deck } from '../../src/engine/deck.ts';
import { replace, type PlantedBug } from './plant.ts';

type Submit = (request: SubmitRequest, decidedAt: number, at: number) => void;

/** A door that forgets, or gets wrong, something about a submission before it takes it. */
function before(change: (door: { readonly happened: Happened; strategy: number }, request: SubmitRequest) => void) {
  return (): (() => void) =>
    replace(
      Door.prototype,
      'submit',
      (original) =>
        function (this: { happened: Happened; strategy: number }, ...given: Parameters<Submit>) {
          change(this, given[0]);
          original.apply(this, given);
        },
    );
}

export const PLANTED_DOORS: readonly PlantedBug[] = [
  {
    name: 'an id that is asked for again at a door makes another order',
    plant: before(({ happened }, { clientId }) => happened.links.delete(clientId)),
  },
  {
    name: 'an id that is asked for with other words gets the first answer',
    plant: before(({ happened: { links } }, request) => {
      const known: Link | undefined = links.get(request.clientId);
      if (known !== undefined) links.set(request.clientId, { ...known, body: bodyOf(request) });
    }),
  },
  {
    name: 'whose order it is is what its words say',
    plant: () =>
      replace(
        Door.prototype,
        'submit',
        (original) =>
          function (this: { strategy: number }, ...given: Parameters<Submit>) {
            const { strategy } = this;
            this.strategy = given[0].strategy;
            original.apply(this, given);
            this.strategy = strategy;
          },
      ),
  },
  {
    name: 'a decision behind a door ages from when it arrives',
    plant: () => replace(Door.prototype, 'against', () => () => undefined),
  },
  {
    name: 'a door tells what happens to every strategy',
    plant: () =>
      replace(
        Doors.prototype,
        'read',
        () =>
          function (this: { deck: Deck; doors: ReadonlyMap<number, Door>; row: number }) {
            const { journal } = this.deck;
            for (; this.row < journal.length; this.row++) {
              for (const { happened } of this.doors.values()) happened.read(journal.entry(this.row));
            }
          },
      ),
  },
  {
    name: 'a door shows what the account holds',
    plant: () =>
      replace(
        Happened.prototype,
        'snapshot',
        (original) =>
          function (this: { deck: Deck }, at: number) {
            const shown = original.call(this, at) as object;
            const positions = this.deck.markets.flatMap(({ symbol, index }) => {
              const quantity = this.deck.ledger.netQuantity(index);
              return quantity === 0 ? [] : [{ symbol, quantity, averagePrice: 1 }];
            });
            return { ...shown, positions };
          },
      ),
  },
  {
    name: 'a fill that was taken back is not told through a door',
    plant: () => replace(Happened.prototype, 'takeBack', () => () => undefined),
  },
];
