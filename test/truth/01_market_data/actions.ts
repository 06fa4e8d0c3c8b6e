/**
 * Factor and map files: every row is read, and the dividends and splits found in them give the factors back.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readFactorRows, readMapRows } from '../../../src/adapters/files/actions.ts';
import { loadFile } from '../../../src/adapters/files/tape.ts';
import { actionsOfFactors, actionsOfMap, factorAt, fullyAdjusted } from '../../../src/market/adjust.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { formatDay, parseDay } from '../../../src/time/civil.ts';
import { formatDate } from '../../../src/time/instant.ts';
import { bytesOf, plainRows } from './prices.ts';

/** Factors are printed with seven decimals (splits with eight): their quotients are good to this. */
export const FACTOR_TOLERANCE = 2e-6;

/**
 * Adjusts the raw daily prices of the same folder with the actions found and compares with raw × factors, up to the
 * first row whose stated reference price the prices do not have. Returns the largest relative error and what it covers.
 */
export function compareFactors(path: string): { readonly error: number; readonly compared: number } {
  const bytes = bytesOf(path);
  const rows = readFactorRows(bytes, path);
  const plain = plainRows(bytes);
  if (rows.length !== plain.rows.size) throw new Error(`${plain.rows.size} rows in the file, ${rows.length} read`);
  const symbol = basename(path).replace(/\.csv$/i, '');
  const market = calendar('XNYS');
  const actions = actionsOfFactors(symbol, rows, market);
  let expected = 0;
  for (let i = 0; i + 1 < rows.length; i++) {
    const [row, next] = [rows[i], rows[i + 1]];
    if (row.priceFactor !== next.priceFactor && row.referencePrice > 0) expected++;
    if (Math.abs(next.splitFactor / row.splitFactor - 1) > 1e-6) expected++;
  }
  if (actions.length !== expected) throw new Error(`${expected} actions are in the file, ${actions.length} were found`);

  const daily = join(dirname(path), '..', '..', 'equity_daily', basename(path));
  if (!existsSync(daily)) return { error: 0, compared: 0 };
  const [loaded] = loadFile(bytesOf(daily), daily, {}).streams;
  const stream = loaded.stream;
  if (stream.kind !== 'bars') throw new Error('daily prices are bars');
  const bars = stream.columns;
  const days = Array.from(bars.openTime, (at) => parseDay(formatDate(at)));
  // From the newest row back, as long as the prices have the closes that the factors were made from.
  let from = bars.length;
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i];
    from = days.findIndex((day) => day > row.day);
    if (from < 0) from = bars.length;
    const at = days.indexOf(row.day);
    if (row.referencePrice <= 1) continue;
    if (at < 0 || Math.abs(bars.close[at] - row.referencePrice) > 0.005 + 1e-9) break;
    from = days.findIndex((day) => day > (rows[i - 1]?.day ?? -Infinity));
  }
  const adjusted = fullyAdjusted(bars, actions);
  let error = 0;
  for (let i = Math.max(0, from); i < bars.length; i++) {
    const expectedClose = bars.close[i] * factorAt(rows, days[i]);
    error = Math.max(error, Math.abs(adjusted.close[i] / expectedClose - 1));
  }
  return { error, compared: bars.length - from };
}

/** Each change of name in the file is an action in the session after it. Returns how many were compared. */
export function compareMap(path: string): number {
  const bytes = bytesOf(path);
  const rows = readMapRows(bytes, path);
  const plain = [...plainRows(bytes).rows.values()];
  if (rows.length !== plain.length) throw new Error(`${plain.length} rows in the file, ${rows.length} read`);
  const actions = actionsOfMap(rows, calendar('XNYS'));
  const changes = plain.flatMap((cells, i) => {
    const next = plain[i + 1];
    return next === undefined || next[1] === cells[1]
      ? []
      : [[cells[1].toUpperCase(), next[1].toUpperCase(), cells[0]]];
  });
  const found = actions.filter((action) => action.kind === 'symbol-change');
  changes.forEach(([from, to, until], i) => {
    const action = found[i];
    const after = action === undefined ? '' : formatDate(action.at).replaceAll('-', '');
    if (action?.symbol !== from || action?.to !== to || !(after > until))
      throw new Error(`no change from ${from} to ${to}`);
  });
  rows.forEach((row, i) => {
    if (formatDay(row.day).replaceAll('-', '') !== plain[i][0]) throw new Error(`row ${i + 1} has another date`);
  });
  return rows.length;
}
