/**
 * What the columns of a file are, from the many names that vendors give them.
 */

export type Role =
  | 'date'
  | 'clock'
  | 'stamp'
  | 'symbol'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'adjustedClose'
  | 'price'
  | 'volume'
  | 'openInterest'
  | 'bid'
  | 'ask'
  | 'bidSize'
  | 'askSize'
  | 'size'
  | 'bidOpen'
  | 'bidHigh'
  | 'bidLow'
  | 'bidClose'
  | 'askOpen'
  | 'askHigh'
  | 'askLow'
  | 'askClose'
  | 'right'
  | 'strike'
  | 'expiry'
  | 'contract'
  | 'root'
  | 'underlying'
  | 'delivery'
  | 'spot'
  | 'spotBid'
  | 'spotAsk'
  | 'callBid'
  | 'callAsk'
  | 'callBidSize'
  | 'callAskSize'
  | 'callLast'
  | 'callVolume'
  | 'callOpenInterest'
  | 'putBid'
  | 'putAsk'
  | 'putBidSize'
  | 'putAskSize'
  | 'putLast'
  | 'putVolume'
  | 'putOpenInterest'
  | 'dividend'
  | 'split'
  | 'impliedVolatility'
  | 'delta'
  | 'gamma'
  | 'vega'
  | 'theta'
  | 'rho';

/** Roles whose cells stay text. */
export const TEXT_ROLES: ReadonlySet<string> = new Set<Role>([
  'symbol',
  'right',
  'expiry',
  'contract',
  'root',
  'underlying',
  'delivery',
]); // prettier-ignore;
export const TIME_ROLES: ReadonlySet<string> = new Set<Role>(['date', 'clock', 'stamp']);

const NAMES: Record<Role, string> = {
  date: 'date day tradedate tradingdate timeperiod observationdate sessiondate quotedate datadate',
  clock: 'clock timeofday tradetime msofday',
  stamp:
    'timestamp datetime time stamp ts unix unixtime epoch opentime opentimeinmillis openedat datetimeutc begin barstart windowstart tsevent quotedatetime quotereadtime',
  symbol: 'symbol ticker sym instrument base actsymbol',
  open: 'open openprice 1open opening startprice',
  high: 'high highprice 2high max maximum',
  low: 'low lowprice 3low min minimum',
  close: 'close closeprice 4close closelast last closing settle settlement lastprice closed',
  adjustedClose: 'adjclose adjustedclose adjustedclosingprice 5adjustedclose adjcloseprice closeadj',
  price: 'price value',
  volume: 'volume vol totalvolume 5volume 6volume volumetraded tradevolume quantitytraded',
  openInterest: 'openinterest oi openint',
  bid: 'bid bidprice bestbid closebid bideod bidpx bidpx00',
  ask: 'ask askprice bestask bestoffer closeask offer askeod askpx askpx00',
  bidSize: 'bidsize bidsz00 bidsizeeod bidqty bidquantity bidvolume lastbidsize',
  askSize: 'asksize asksz00 asksizeeod askqty askquantity askvolume offersize lastasksize',
  size: 'size qty quantity tradesize lastsize',
  bidOpen: 'bidopen',
  bidHigh: 'bidhigh',
  bidLow: 'bidlow',
  bidClose: 'bidclose',
  askOpen: 'askopen',
  askHigh: 'askhigh',
  askLow: 'asklow',
  askClose: 'askclose',
  right: 'right optiontype callput putcall cp optionright cpflag contracttype',
  strike: 'strike strikeprice',
  expiry: 'expiry expiration expirationdate expirydate expiredate expirdate exdate expdate',
  contract:
    'contract optionsymbol contractsymbol contractticker optionticker occsymbol osi osisymbol optionroot optionid',
  root: 'root rootsymbol',
  underlying: 'underlying underlyingsymbol underlyingticker',
  delivery: 'deliverycode ssflag',
  spot: 'underlyingprice underlyinglast underlyingclose stkpx stockprice spotpx activeunderlyingprice',
  spotBid: 'underlyingbid underlyingbideod',
  spotAsk: 'underlyingask underlyingaskeod',
  callBid: 'callbid callbidprice cbid cbidpx',
  callAsk: 'callask callaskprice cask caskpx',
  callBidSize: 'callbidsize cbidsize',
  callAskSize: 'callasksize casksize',
  callLast: 'calllast clast',
  callVolume: 'callvolume cvolume cvolu',
  callOpenInterest: 'callopeninterest coi',
  putBid: 'putbid putbidprice pbid pbidpx',
  putAsk: 'putask putaskprice pask paskpx',
  putBidSize: 'putbidsize pbidsize',
  putAskSize: 'putasksize pasksize',
  putLast: 'putlast plast',
  putVolume: 'putvolume pvolume pvolu',
  putOpenInterest: 'putopeninterest poi',
  dividend: 'dividend dividends divcash dividendamount 7dividendamount',
  split: 'split splits stocksplits splitfactor splitratio 8splitcoefficient splitcoefficient',
  impliedVolatility: 'impliedvolatility iv impliedvol',
  delta: 'delta',
  gamma: 'gamma',
  vega: 'vega',
  theta: 'theta',
  rho: 'rho',
};

/** Everything that a column can be. */
export const ROLES = Object.keys(NAMES) as Role[];

const BY_NAME = new Map<string, Role>(
  (Object.entries(NAMES) as [Role, string][]).flatMap(([role, names]) =>
    names.split(' ').map((name) => [name, role] as const),
  ),
);

/** Single letters are names only when all of a bar are there: `C` alone is Citigroup. */
const LETTERS: Record<string, Role> = { o: 'open', h: 'high', l: 'low', c: 'close', v: 'volume', t: 'stamp' };

/** Column names that say in which zone their times are: `time_et`, `time_ct`, `datetime_utc`. */
const ZONE_SUFFIXES: Record<string, string> = {
  et: 'America/New_York',
  est: 'America/New_York',
  ny: 'America/New_York',
  ct: 'America/Chicago',
  cst: 'America/Chicago',
  utc: 'UTC',
  gmt: 'UTC',
};

export interface NamedColumn {
  readonly name: string;
  readonly role: Role | undefined;
  /** IANA zone, where the column's name says it. */
  readonly zone?: string;
}

/** Returns the role of each column of a header; a role is given once, to the first column that has it. */
export function rolesOf(names: readonly string[]): NamedColumn[] {
  const letters = names.map((name) => name.trim().toLowerCase());
  const lettered = ['o', 'h', 'l', 'c'].every((letter) => letters.includes(letter));
  const taken = new Set<Role>();
  const known = new Set<string | undefined>(names.map((name) => BY_NAME.get(keyOf(name))));
  return names.map((name, column) => {
    const [plain, zone] = withoutZone(name.trim().toLowerCase());
    const key = plain.replace(/[^a-z0-9]/g, '');
    let role = BY_NAME.get(key) ?? (lettered ? LETTERS[key] : undefined);
    // Some vendors call the right of an option its type; a file without strikes has other types.
    if (key === 'type' && names.some((other) => BY_NAME.get(keyOf(other)) === 'strike')) role = 'right';
    // Research files say root and contract in one cell of `symbol`, and beside it whose they are.
    if (known.has('right') && names.some((other) => keyOf(other) === 'exdate') && RESEARCH.has(key))
      role = RESEARCH.get(key);
    // The time at which a report was made, where nothing else says its day.
    if (key === 'created' && known.has('strike') && !names.some((other) => isTimeName(other, 1))) role = 'date';
    // Beside greeks, and without another column of implied vols, vol is none of volume.
    if (key === 'vol' && known.has('delta') && known.has('vega') && !known.has('impliedVolatility'))
      role = 'impliedVolatility';
    // A first column without a name is the index of a data frame: its dates, unless another column has them.
    if (role === undefined && column === 0 && INDEX_NAMES.has(key) && !names.some(isTimeName)) role = 'stamp';
    if (role === 'stamp' && key === 'time' && names.some((other) => BY_NAME.get(keyOf(other)) === 'date'))
      role = 'clock';
    // Beside an open, a high and a low, the price is that of the close.
    if (role === 'price' && ['open', 'high', 'low'].every((part) => known.has(part)) && !known.has('close'))
      role = 'close';
    if (role !== undefined && taken.has(role)) role = undefined;
    if (role !== undefined) taken.add(role);
    return { name: name.trim(), role, ...(zone === undefined ? {} : { zone }) };
  });
}

const RESEARCH: ReadonlyMap<string, Role | undefined> = new Map([
  ['symbol', 'root'],
  ['ticker', 'underlying'],
  ['root', undefined],
]);

/** What a data frame calls its index in a file. */
const INDEX_NAMES = new Set(['', 'index', 'unnamed0', 'indexlevel0']);

function isTimeName(name: string, column: number): boolean {
  const role = BY_NAME.get(keyOf(withoutZone(name.trim().toLowerCase())[0]));
  return column > 0 && role !== undefined && TIME_ROLES.has(role);
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function withoutZone(name: string): [string, string | undefined] {
  const match = /^(.*)[_ (]([a-z]{2,3})\)?$/.exec(name);
  const zone = match === null ? undefined : ZONE_SUFFIXES[match[2]];
  return zone === undefined ? [name, undefined] : [match![1], zone];
}
