/**
 * OCC option symbols: `SPY   240119C00470000` is root, expiry, right and strike in thousandths.
 */

export interface OccSymbol {
  /** Root as listed, 1 to 6 characters; a trailing digit marks an adjusted contract. */
  readonly root: string;
  /** `YYYY-MM-DD`. */
  readonly expiry: string;
  readonly right: 'call' | 'put';
  /** Money per share, a whole number of thousandths. */
  readonly strike: number;
  /** Whether the root's last character is a digit: deliverable and multiplier are not the standard ones then. */
  readonly adjusted: boolean;
}

export type OccParse =
  | ({ readonly ok: true } & OccSymbol)
  | { readonly ok: false; readonly code: 'occ.malformed' | 'occ.no-such-date'; readonly rule: string };

/**
 * Reads an OCC symbol, padded to 21 characters or with the blanks of the root left out.
 * Years are 2000 to 2099. Answers with the rule that is broken for anything else.
 */
export function parseOcc(symbol: string): OccParse {
  const match = /^([A-Z][A-Z0-9.]{0,5}) {0,5}(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/.exec(symbol.trim());
  if (match === null) {
    const rule = `an OCC symbol is root, YYMMDD, C or P and eight digits of strike, was ${JSON.stringify(symbol)}`;
    return { ok: false, code: 'occ.malformed', rule };
  }
  const [, root, year, month, day, side, digits] = match as unknown as readonly [string, ...string[]] & string[];
  const expiry = `20${year}-${month}-${day}`;
  if (!isDate(2000 + Number(year), Number(month), Number(day))) {
    return { ok: false, code: 'occ.no-such-date', rule: `the expiry must be a date, was ${expiry}` };
  }
  const strike = Number(digits) / 1000;
  return { ok: true, root, expiry, right: side === 'C' ? 'call' : 'put', strike, adjusted: /\d$/.test(root) };
}

export interface OccParts {
  readonly root: string;
  readonly expiry: string;
  readonly right: 'call' | 'put';
  readonly strike: number;
}

/**
 * Writes an OCC symbol; with `padded` the root fills six characters, as clearing files have it.
 * `undefined` where a part does not fit: a root of more than 6 characters, a strike that is no whole number of
 * thousandths up to 99,999.999, or an expiry that is no date of this century.
 */
export function formatOcc(parts: OccParts, padded = false): string | undefined {
  const { root, expiry, right, strike } = parts;
  const date = /^20(\d{2})-(\d{2})-(\d{2})$/.exec(expiry);
  const thousandths = Math.round(strike * 1000);
  if (date === null || !/^[A-Z][A-Z0-9.]{0,5}$/.test(root)) return undefined;
  if (!(thousandths > 0 && thousandths < 1e8 && Math.abs(strike * 1000 - thousandths) < 1e-6)) return undefined;
  if (!isDate(2000 + Number(date[1]), Number(date[2]), Number(date[3]))) return undefined;
  const head = padded ? root.padEnd(6) : root;
  return `${head}${date[1]}${date[2]}${date[3]}${right === 'call' ? 'C' : 'P'}${String(thousandths).padStart(8, '0')}`;
}

function isDate(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}
