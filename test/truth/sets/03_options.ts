/**
 * Option values that others computed: which file is checked how, by its columns, and every row against our own figures.
 *
 * A row passes when every quantity in it is within its tolerance. Tolerances are those the files state; where a file
 * states none, they follow from the digits it prints or from the accuracy its maker claims, and are written here.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import {
  americanGridRow,
  americanValueRow,
  europeanGreekRow,
  europeanGridRow,
  europeanValueRow,
  impliedVolRow,
  letsBeRationalRow,
  literatureRow,
  premiumRow,
  vollibRow,
} from '../03_options/formulas.ts';
import { brokerModelRow, leanRow, realChainRow, smoothedVendorRow, vendorRow } from '../03_options/markets.ts';
import { type Check, csvFiles, parseCsv, type Row } from '../03_options/rows.ts';
import type { TruthCase, TruthSet } from '../case.ts';

interface Kind {
  /** Columns that tell this kind of file from the others. */
  readonly columns: readonly string[];
  /** Files of the same columns are told apart by a word in their name. */
  readonly word?: string;
  readonly check: (row: Row, file: string) => readonly Check[];
}

const KINDS: readonly Kind[] = [
  { columns: ['greek', 'vol', 'value', 'tol'], check: europeanGreekRow },
  { columns: ['method', 'vol', 'value', 'tol'], check: literatureRow },
  { columns: ['vol', 'value', 'tol'], word: 'premium', check: premiumRow },
  { columns: ['vol', 'value', 'tol'], word: 'american', check: americanValueRow },
  { columns: ['vol', 'value', 'tol'], check: europeanValueRow },
  { columns: ['american_price', 'american_delta_fd'], check: americanGridRow },
  { columns: ['price', 'dividend_rho', 'days_act365'], check: europeanGridRow },
  { columns: ['price_rounded_to_cent', 'implied_vol'], check: impliedVolRow },
  { columns: ['undiscounted_black', 'normalised_black_xs'], check: letsBeRationalRow },
  { columns: ['call_theta_per_year', 'put_rho_per_1.00'], check: vollibRow },
  { columns: ['option_price_input', 'tol_used_upstream'], check: leanRow },
  { columns: ['iv_bsm_from_mid', 'iv_american_from_mid'], check: realChainRow },
  { columns: ['model_impliedVol', 'model_undPrice'], check: brokerModelRow },
  { columns: ['put_price', 'ttm_years'], check: vendorRow },
  { columns: ['put_value', 'yte'], check: smoothedVendorRow },
];

const set: TruthSet = function* (folder) {
  for (const path of csvFiles(folder)) {
    const file = relative(folder, path);
    const rows = parseCsv(readFileSync(path, 'utf8'));
    const header = Object.keys(rows[0] ?? {});
    const kind = KINDS.find(
      ({ columns, word }) =>
        columns.every((name) => header.includes(name)) && (word === undefined || file.includes(word)),
    );
    for (const [index, row] of rows.entries()) {
      const id = `${file}#${row['id'] ?? index + 1}`;
      yield kind === undefined
        ? { id, status: 'not-covered', error: Number.NaN, detail: `no check knows the columns ${header.join(',')}` }
        : judge(id, () => kind.check(row, file));
    }
  }
};
export default set;

function judge(id: string, run: () => readonly Check[]): TruthCase {
  let checks: readonly Check[];
  try {
    checks = run();
  } catch (fault) {
    return { id, status: 'failed', error: Infinity, detail: String(fault) };
  }
  let error = 0;
  const wrong: string[] = [];
  for (const [name, ours, theirs, tolerance] of checks) {
    const both = Number.isNaN(ours) && Number.isNaN(theirs);
    const ratio = both || ours === theirs ? 0 : Math.abs(ours - theirs) / tolerance;
    if (!(ratio <= 1)) wrong.push(`${name}: expected ${theirs} ± ${tolerance.toPrecision(3)}, was ${ours}`);
    error = Number.isNaN(ratio) ? Infinity : Math.max(error, ratio);
  }
  if (checks.length === 0) return { id, status: 'not-covered', error: Number.NaN, detail: 'the row holds no figure' };
  if (wrong.length === 0) return { id, status: 'passed', error };
  return { id, status: 'failed', error, detail: wrong.join('; ') };
}
