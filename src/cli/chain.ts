/**
 * `tradedeck data chain`: looks at an option chain, with vols and greeks from its quotes, and says why contracts fall out.
 */
import { writeFileSync } from 'node:fs';
import { Fault } from '../base/fault.ts';
import { readMapping } from '../desk/config/mapping.ts';
import { chainText, findChain, type ChainRequest, type FoundChain } from '../desk/wiring/chains.ts';
import {
  chainRules,
  ChainValuation,
  daysToExpiry,
  expectedMoveOf,
  expiriesOf,
  expiryCycle,
  impliedYields,
  isTwoSided,
  judgeChain,
  midOf,
  sayOutcome,
  spreadOf,
  type Bounds,
  type ChainFilter,
  type ContractQuote,
  type Verdict,
} from '../market/index.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tableText } from './table.ts';
import { print, styled, tell } from './terminal.ts';

export interface ChainFlags extends Omit<ChainRequest, 'columns'> {
  readonly expiry?: string;
  readonly right?: 'call' | 'put';
  readonly days?: Bounds;
  readonly delta?: Bounds;
  readonly strikes?: Bounds;
  readonly spread?: Bounds;
  readonly volume?: Bounds;
  readonly openInterest?: Bounds;
  /** Riskless rate per year; 0.04 when left out. */
  readonly rate?: number;
  /** Dividend yield per year; what put–call parity implies when left out. */
  readonly dividendYield?: number;
  readonly why?: boolean;
  /** Single keys of a mapping, as `spot=Last`. */
  readonly map?: readonly string[];
  /** A YAML file with a mapping. */
  readonly mapping?: string;
  readonly json?: boolean;
  readonly save?: string;
}

const RATE = 0.04;
/** Lines of a table before it says how many more there are. */
const SHOWN = 60;

/** Shows a chain: its expiries, or the contracts that flags ask for. */
export async function chain(sources: readonly string[], flags: ChainFlags): Promise<ExitCode> {
  const { map, mapping, ...request } = flags;
  const found = await findChain(sources, { ...request, columns: readMapping(mapping, map) });
  if (flags.save !== undefined) {
    writeFileSync(flags.save, await chainText(found.chain));
    tell(`${found.chain.contracts.length} contracts written to ${flags.save}`);
  }
  checkExpiry(found, flags.expiry);
  const { rate = RATE, dividendYield } = flags;
  const yields = impliedYields(found.chain, rate);
  const valuation = new ChainValuation(found.chain, {
    rate,
    dividendYield: dividendYield ?? ((expiry) => yields.get(expiry) ?? 0),
    price: 'mid-or-last',
  });
  const filter = filterOf(flags);
  const isNarrowed = Object.keys(filter).length > 1 || flags.expiry !== undefined || flags.strikes !== undefined;
  const verdicts = judgeChain(chainRules(filter), valuation).filter(({ contract }) => isAsked(contract, flags));
  if (flags.json === true) print(JSON.stringify(plain(found, verdicts, valuation, yields), undefined, 2));
  else {
    for (const line of headOf(found)) print(line);
    if (isNarrowed) showContracts(verdicts, valuation, flags.why === true);
    else showExpiries(valuation, yields);
  }
  return EXIT.ok;
}

/** A day on which nothing expires would show an empty table, and leave open why. */
function checkExpiry({ chain }: FoundChain, expiry: string | undefined): void {
  const known = expiriesOf(chain);
  if (expiry === undefined || known.includes(expiry)) return;
  const far = (date: string): number => Math.abs(daysToExpiry(date, expiry));
  const near = known
    .toSorted((a, b) => far(a) - far(b))
    .slice(0, 4)
    .sort();
  const rule = `no contract on ${chain.underlying} expires on ${expiry}`;
  throw new Fault('chain.expiry', rule, { field: '--expiry' }, `near are ${near.join(', ')}`);
}

function filterOf({ right, days, delta, spread, volume, openInterest }: ChainFlags): ChainFilter {
  return {
    quote: delta === undefined && spread === undefined ? 'any' : 'two-sided',
    ...(right === undefined ? {} : { right }),
    ...(days === undefined ? {} : { daysToExpiry: days }),
    ...(delta === undefined ? {} : { delta }),
    ...(spread === undefined ? {} : { spread }),
    ...(volume === undefined ? {} : { volume }),
    ...(openInterest === undefined ? {} : { openInterest }),
  };
}

/** Expiry and strikes say what is looked at; the other flags are rules that give reasons. */
function isAsked({ terms }: ContractQuote, { expiry, strikes }: ChainFlags): boolean {
  const { min = 0, max = Infinity } = strikes ?? {};
  return (expiry === undefined || terms.expiry === expiry) && terms.strike >= min && terms.strike <= max;
}

function headOf({
  chain: { underlying, spot, at, source, isModel, contracts },
  delay,
  findings,
}: FoundChain): string[] {
  const label = isModel ? `${styled('yellow', 'MODEL PRICES')}  ` : '';
  const worst = findings.filter(({ severity }) => severity !== 'note').length;
  return [
    `${label}${styled('bold', underlying)} ${shown(spot)} at ${formatInstant(at)}, ${contracts.length} ${contracts.length === 1 ? 'contract' : 'contracts'}`,
    styled('dim', [source, ...(delay === undefined || source.includes(delay) ? [] : [delay])].join('; ')),
    ...(contracts.some(isTwoSided)
      ? []
      : [styled('yellow', 'no contract has two sides: vols are those of last prices')]),
    ...(worst === 0 ? [] : [styled('yellow', `${worst} findings in the data: tradedeck data check lists them`)]),
    '',
  ];
}

/** One line per expiry: what it is, how far the market thinks the price goes, how much is traded. */
function showExpiries(valuation: ChainValuation, yields: ReadonlyMap<string, number>): void {
  const { chain: of } = valuation;
  const rows = expiriesOf(of).map((expiry) => {
    const own = of.contracts.filter(({ terms }) => terms.expiry === expiry);
    const cycles = [...new Set(own.map(({ terms }) => expiryCycle(terms.root, expiry)))];
    const move = expectedMoveOf(valuation, expiry);
    return [
      expiry,
      String(daysToExpiry(expiry, of.date)),
      cycles.join(', '),
      [...new Set(own.map(({ terms }) => terms.root))].join(', '),
      String(own.length),
      move === undefined ? '' : percent(move.vol),
      move?.straddle === undefined ? '' : `±${shown(move.straddle)}`,
      yields.has(expiry) ? percent(yields.get(expiry)!) : '',
      total(own, ({ volume }) => volume),
      total(own, ({ openInterest }) => openInterest),
    ];
  });
  const head = ['expiry', 'days', 'cycle', 'class', 'contracts', 'vol', 'move', 'yield', 'volume', 'open interest'];
  for (const line of tableText([head, ...rows], 4, new Set([1]))) print(line);
  print('');
  print(styled('dim', 'vol at the money; move is the price of the straddle; yield is what put–call parity implies'));
  print(styled('dim', 'narrow it with --expiry, --right, --days, --delta or --strikes to see contracts'));
}

function showContracts(verdicts: readonly Verdict[], valuation: ChainValuation, why: boolean): void {
  const passed = verdicts.filter((verdict) => verdict.passed);
  const rows = passed.slice(0, SHOWN).map(({ contract }) => {
    const value = valuation.of(contract);
    const { bid, ask, volume, openInterest, terms, instrument } = contract;
    const spread = spreadOf(contract);
    return [
      instrument.symbol,
      terms.right,
      shown(terms.strike),
      String(daysToExpiry(terms.expiry, valuation.chain.date)),
      shown(bid),
      shown(ask),
      spread === undefined ? '' : percent(spread),
      value.ok ? percent(value.impliedVol) : '',
      value.ok ? value.delta.toFixed(3) : '',
      value.ok ? (value.theta / 365).toFixed(3) : '',
      shown(volume),
      shown(openInterest),
    ];
  });
  const head = [
    'contract',
    'right',
    'strike',
    'days',
    'bid',
    'ask',
    'spread',
    'vol',
    'delta',
    'theta/day',
    'volume',
    'open',
  ];
  if (rows.length > 0) for (const line of tableText([head, ...rows], 2)) print(line);
  print(
    `${passed.length} of ${verdicts.length} contracts${passed.length > SHOWN ? `, the first ${SHOWN} are shown; --json has all` : ''}`,
  );
  if (why) showReasons(verdicts);
}

function showReasons(verdicts: readonly Verdict[]): void {
  const refused = verdicts.filter(({ passed }) => !passed);
  print('');
  for (const { contract, outcomes } of refused.slice(0, SHOWN)) {
    const broken = outcomes.filter(({ outcome }) => outcome === 'fail').map(sayOutcome);
    print(`${contract.instrument.symbol}  ${styled('dim', broken.join('; '))}`);
  }
  if (refused.length > SHOWN) print(`… and ${refused.length - SHOWN} more; --json has all`);
}

function plain(
  { chain: of, delay, findings }: FoundChain,
  verdicts: readonly Verdict[],
  valuation: ChainValuation,
  yields: ReadonlyMap<string, number>,
): unknown {
  const { underlying, at, date, spot, source, isModel } = of;
  return {
    underlying,
    at: formatInstant(at),
    date,
    spot,
    source,
    isModel,
    ...(delay === undefined ? {} : { delay }),
    findings: findings.length,
    expiries: expiriesOf(of).map((expiry) => ({
      expiry,
      days: daysToExpiry(expiry, date),
      ...expectedMoveOf(valuation, expiry),
      impliedYield: yields.get(expiry),
    })),
    contracts: verdicts.map(({ contract, passed, outcomes }) => {
      const { instrument, terms, quotedAt, ...quote } = contract;
      const value = valuation.of(contract);
      return {
        symbol: instrument.symbol,
        ...terms,
        days: daysToExpiry(terms.expiry, date),
        ...quote,
        quotedAt: formatInstant(quotedAt),
        mid: midOf(contract),
        spread: spreadOf(contract),
        ...(value.ok ? { ...value, ok: undefined } : { noValue: { code: value.code, rule: value.rule } }),
        passed,
        rules: outcomes.map(({ rule, outcome, value: measured }) => ({
          rule: rule.name,
          outcome,
          value: measured,
          ...rule.bounds,
          ...(rule.oneOf === undefined ? {} : { oneOf: rule.oneOf }),
        })),
      };
    }),
  };
}

function shown(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function total(contracts: readonly ContractQuote[], of: (contract: ContractQuote) => number | undefined): string {
  const known = contracts.map(of).filter((value) => value !== undefined);
  return known.length === 0 ? '' : shown(known.reduce((sum, value) => sum + value, 0));
}
