/**
 * Names of futures as exchanges write them, with two digits of the year: root, letter of the month, year, as `ESZ26`.
 */

/** Letters of the months, January first. */
const MONTHS = 'FGHJKMNQUVXZ';
const FORM = /^([A-Z0-9]{1,3}[A-Z]?)([FGHJKMNQUVXZ])(\d\d)$/;

export interface FutureName {
  readonly root: string;
  /** 1 to 12: of delivery; what is traded may end in the month before. */
  readonly month: number;
  readonly year: number;
}

/** Reads the name of a future; `undefined` where it is none. Years are those of this century. */
export function parseFuture(symbol: string): FutureName | undefined {
  const match = FORM.exec(symbol);
  if (match === null) return undefined;
  const [, root, letter, year] = match;
  return { root, month: MONTHS.indexOf(letter) + 1, year: 2000 + Number(year) };
}

export function formatFuture({ root, month, year }: FutureName): string {
  return `${root}${MONTHS[month - 1]}${String(year % 100).padStart(2, '0')}`;
}
