/**
 * What a user of the vendor must have set before the first session, as far as it can be asked: whether the workstation takes
 * orders from programs, what the account may trade and what that ties up, which prices it is shown, whether the client numbers
 * are free. Nothing is placed. What cannot be asked is listed, so that somebody looks at it.
 */
import type { Instrument } from '../../market/instrument.ts';
import { hintOf } from './codes.ts';
import { Answered, type Connection } from './connection.ts';
import type { Contracts } from './contracts.ts';
import type { Library } from './library.ts';
import { CLIENTS, openConnection, type Access } from './opening.ts';
import { SHOWN_MS, shownPrice } from './shown-price.ts';
import { askWhatIf } from './what-if.ts';

export interface ReadyRow {
  readonly check: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
}

export interface ReadyParts {
  readonly library: Library;
  readonly access: Access;
  readonly connection: Connection;
  readonly contracts: Contracts;
  readonly account: string;
  readonly instruments: readonly Instrument[];
  /** Whether the deck takes prices that are late. */
  readonly allowDelayed: boolean;
  /** Whether the deck takes its prices from the vendor at all. */
  readonly needsPrices: boolean;
}

/** So many instruments of each kind are tried. */
const TRIED = 3;

/** The rows, in order; never throws for what the vendor says. */
export async function readiness(parts: ReadyParts): Promise<readonly ReadyRow[]> {
  const { connection, access, instruments, needsPrices } = parts;
  const rows: ReadyRow[] = [workstation(connection), await clientNumbers(parts)];
  const isOf = (kind: 'future' | 'option' | 'share') => (one: Instrument) =>
    (one.future !== undefined ? 'future' : one.option !== undefined ? 'option' : 'share') === kind;
  const kinds = (['share', 'option', 'future'] as const).map((kind) => instruments.filter(isOf(kind)).slice(0, TRIED));
  for (const one of kinds.flat()) rows.push(await margin(parts, one));
  if (needsPrices) for (const one of kinds.flat()) rows.push(await prices(parts, one));
  rows.push({
    check: 'settings to look at',
    outcome: 'skipped',
    detail: `they cannot be asked. In the workstation at ${access.host}:${access.port}, Configure, API, Settings: "Download open orders on connection" on, "Allow connections from localhost only" as it suits. API, Precautions: "Bypass Order Precautions for API Orders", or an order beyond a preset waits for a click. Presets: time in force and size must not be changed on the way. Lock and Exit: auto restart, not auto log off; after Sunday 01:00 in New York somebody logs in by hand`,
  });
  return rows;
}

function workstation({ server }: Connection): ReadyRow {
  const { version = 0, time = '' } = server ?? {};
  const zone = time.replace(/^\d{8} \d\d:\d\d:\d\d ?/, '');
  const what = `interface version ${version}, its own time zone is ${zone === '' ? 'not said' : zone}`;
  return {
    check: 'workstation',
    outcome: 'ok',
    detail: `${what}: no time here depends on it, instants are told in UTC`,
  };
}

/** All but those that already stand: of the session's own numbers one is only used when everything has failed. */
async function clientNumbers({ library, access }: ReadyParts): Promise<ReadyRow> {
  const first = access.clientId;
  const last = first + CLIENTS.kill;
  try {
    const kill = await openConnection(library, access, 'kill');
    kill.close('it was only tried');
    return {
      check: 'client numbers',
      outcome: 'ok',
      detail: `${first} to ${last} are this desk’s, the last one is free for a kill`,
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { check: 'client numbers', outcome: 'failed', detail: `${last}, for a kill: ${text}` };
  }
}

async function margin(
  { library, connection, contracts, account }: ReadyParts,
  instrument: Instrument,
): Promise<ReadyRow> {
  const { symbol, option, currency } = instrument;
  const check = `order: ${symbol}`;
  // A seller of options sells; everything else is bought first.
  const side = option === undefined ? 1 : -1;
  try {
    const { contract } = await contracts.resolve(symbol, connection);
    const { initial, maintenance, commission } = await askWhatIf(library, connection, { contract, account, side });
    const fee = commission === commission ? `, commission ${commission.toFixed(2)}` : '';
    const what = `${side > 0 ? 'buying' : 'selling'} one would tie up ${currency} ${initial.toFixed(2)}, ${maintenance.toFixed(2)} to keep it${fee}`;
    return { check, outcome: 'ok', detail: `taken, and not placed: ${what}` };
  } catch (error) {
    return { check, outcome: 'failed', detail: textOf(error) };
  }
}

async function prices(parts: ReadyParts, { symbol }: Instrument): Promise<ReadyRow> {
  const { library, connection, contracts, allowDelayed } = parts;
  const check = `prices: ${symbol}`;
  try {
    const { contract } = await contracts.resolve(symbol, connection);
    const live = await shownPrice(library, connection, contract, false);
    if (typeof live === 'number') return { check, outcome: 'ok', detail: 'in real time' };
    if (live instanceof Answered && allowDelayed) {
      const late = await shownPrice(library, connection, contract, true);
      if (typeof late === 'number')
        return { check, outcome: 'ok', detail: 'a quarter of an hour late, as the deck allows' };
    }
    if (live instanceof Answered) return { check, outcome: 'failed', detail: textOf(live) };
    return {
      check,
      outcome: 'failed',
      detail: `none in ${SHOWN_MS / 1000} s: is the market of it open, and are its prices subscribed to?`,
    };
  } catch (error) {
    return { check, outcome: 'failed', detail: textOf(error) };
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Answered)) return error instanceof Error ? error.message : String(error);
  const { code, message } = error;
  const hint = hintOf(code, message);
  return `${code}: ${message}${hint === undefined ? '' : `: ${hint}`}`;
}
