/**
 * Contracts by symbol: each is looked up once a day, and traded by its number alone, so that nothing is ever guessed from a
 * description that fits two.
 */
import type { Contract, ContractDetails } from '@stoqey/ib';
import { DAY } from '../../time/instant.ts';
import type { SubmitRequest } from '../../engine/live/index.ts';
import { Answered, type Connection } from './connection.ts';
import type { Library } from './library.ts';
import { PackageUnits, UnitUnseen } from './package-unit.ts';
import { bagOf } from './packages.ts';
import { parseFuture } from '../../market/future-symbol.ts';
import { parseOcc } from '../../options/occ.ts';
import { isMixed } from './words.ts';
import { queriesOf, symbolOf, type ContractQuery } from './symbols.ts';

/** A contract as it is traded. */
export interface Resolved {
  readonly contract: Contract;
  /** Money per point of the price as it is told: grains are told in cents, and have a multiplier for dollars. */
  readonly points: number;
  readonly minTick: number;
  readonly details: ContractDetails;
}

/** An exchange of the vendor's own that splits orders, and lists what others list. */
const NOT_AN_EXCHANGE = 'QBALGO';

export class Contracts {
  private readonly library: Library;
  private readonly now: () => number;
  /** By symbol, also while it is being asked for: many orders ask once. */
  private readonly known = new Map<string, Promise<Resolved>>();
  /** Symbols by number: a number never changes what it means. */
  private readonly symbols = new Map<number, string>();
  /** Money per point, by number. */
  private readonly points = new Map<number, number>();
  private day = Number.NaN;
  private readonly units: PackageUnits;

  constructor(library: Library, now: () => number) {
    this.library = library;
    this.units = new PackageUnits(library, now);
    this.now = now;
  }

  /** Rejects with `Answered` where there is no contract or more than one, with `Unanswered` where nobody says. */
  resolve(symbol: string, connection: Connection): Promise<Resolved> {
    const today = Math.floor(this.now() / DAY);
    if (today !== this.day) this.known.clear();
    this.day = today;
    const known = this.known.get(symbol);
    if (known !== undefined) return known;
    const asked = this.find(symbol, connection);
    this.known.set(symbol, asked);
    // What was not answered is asked again by the next.
    asked.catch(() => {
      if (this.known.get(symbol) === asked) this.known.delete(symbol);
    });
    return asked;
  }

  /** The contract that an order is for; of a package, one that names its legs. */
  async ofRequest({ symbol, legs }: SubmitRequest, connection: Connection): Promise<Contract> {
    if (legs === undefined) return (await this.resolve(symbol, connection)).contract;
    const resolved = await Promise.all(legs.map((leg) => this.resolve(leg.symbol, connection)));
    const contracts = resolved.map(({ contract }) => contract);
    // Shares beside options count per hundred of them.
    const counted = isMixed(legs) ? contracts.filter(({ secType }) => String(secType) !== 'STK') : contracts;
    const multipliers = new Set(counted.map(({ multiplier }) => multiplier));
    if (multipliers.size > 1) {
      // Its net price would be per share of the one and of the other, and nothing says which.
      throw new Error(`a package has legs of one multiplier here, had ${[...multipliers].join(' and ')}`);
    }
    if (isMixed(legs)) {
      const at = contracts.findIndex(({ secType }) => String(secType) === 'STK');
      // The package that holds the shares long is worth something: below nought a price could be the word for none.
      const long = legs.map((leg) =>
        legs[at].side > 0 ? leg : { ...leg, side: leg.side > 0 ? (-1 as const) : (1 as const) },
      );
      const unfit = await this.units.unfit(bagOf(long, contracts), contracts[at], connection);
      if (unfit !== undefined) throw new UnitUnseen(unfit);
    }
    return bagOf(legs, contracts);
  }

  /** The symbol of ours for a number; asks where it was not seen before. */
  async symbolOf(conId: number, connection: Connection): Promise<string> {
    const known = this.symbols.get(conId);
    if (known !== undefined) return known;
    const [details] = await askDetails(this.library, connection, { conId }, `contract ${conId}`);
    if (details === undefined) throw new Answered(200, `there is no contract ${conId}`);
    const symbol = symbolOf(details.contract);
    this.symbols.set(conId, symbol);
    this.points.set(conId, pointsOf(details));
    return symbol;
  }

  /** Money per point of the price of a contract that the vendor names; of a future it is asked for where it is not known. */
  async pointsOf({ conId = 0, secType, multiplier = 0 }: Contract, connection: Connection): Promise<number> {
    const plain = Number(multiplier) > 0 ? Number(multiplier) : 1;
    if (String(secType) !== 'FUT') return plain;
    if (!this.points.has(conId)) {
      // One that is not listed any more keeps the multiplier that it is told with.
      const [details] = await askDetails(this.library, connection, { conId }, `contract ${conId}`).catch(
        (error: unknown) => {
          if (error instanceof Answered) return [];
          throw error;
        },
      );
      this.points.set(conId, details === undefined ? plain : pointsOf(details));
    }
    return this.points.get(conId) ?? plain;
  }

  private async find(symbol: string, connection: Connection): Promise<Resolved> {
    const [query, ...others] = queriesOf(symbol);
    let found: readonly ContractDetails[];
    try {
      found = await askDetails(this.library, connection, query, `contract ${symbol}`);
    } catch (error) {
      const [other] = others;
      if (!(error instanceof Answered) || error.code !== 200 || other === undefined) throw error;
      found = await askDetails(this.library, connection, other, `contract ${symbol}`);
    }
    const details = theOnly(symbol, found);
    const { conId = 0, symbol: name = '', secType, localSymbol = '', multiplier = 1, exchange = '' } = details.contract;
    const { lastTradeDateOrContractMonth } = details.contract;
    const isFuture = String(secType) === 'FUT';
    const contract = {
      conId,
      symbol: name,
      ...(secType === undefined ? {} : { secType }),
      localSymbol,
      multiplier,
      // Futures trade at their own exchange only.
      exchange: isFuture ? exchange : 'SMART',
      currency: 'USD',
      ...(isFuture && lastTradeDateOrContractMonth !== undefined ? { lastTradeDateOrContractMonth } : {}),
    };
    this.symbols.set(conId, symbol);
    const points = pointsOf(details);
    this.points.set(conId, points);
    return { contract, points, minTick: details.minTick ?? 0.01, details };
  }
}

/** Of an option, the class is the root of its name: one that was adjusted has the same terms, another class, and delivers something else. */
export function theOnly(symbol: string, all: readonly ContractDetails[]): ContractDetails {
  const occ = parseOcc(symbol);
  const found = occ.ok ? all.filter(({ contract }) => isOfClass(contract, occ.root)) : ofFuture(symbol, all);
  if (found.length === 0 && all.length > 0) {
    const classes = [...new Set(all.map(({ contract }) => contract.tradingClass))].join(', ');
    throw new Answered(200, `${symbol} is listed in the class ${classes} only, which is another contract`);
  }
  const numbers = new Set(found.map(({ contract }) => contract.conId));
  const first = found.find(({ contract }) => contract.exchange !== NOT_AN_EXCHANGE);
  if (first === undefined || numbers.size !== 1) {
    throw new Answered(200, `${symbol} fits ${numbers.size} contracts`);
  }
  return first;
}

/** Of a future of which there are several sizes under one name, the class is the root of its name. */
function ofFuture(symbol: string, all: readonly ContractDetails[]): readonly ContractDetails[] {
  const root = parseFuture(symbol)?.root;
  const own = all.filter(({ contract }) => contract.tradingClass === root);
  return root === undefined || own.length === 0 ? all : own;
}

/** Prices of some contracts are told in hundredths of the money in which their multiplier counts. */
function pointsOf({ contract, priceMagnifier = 1 }: ContractDetails): number {
  return (Number(contract.multiplier ?? 1) || 1) / (priceMagnifier > 0 ? priceMagnifier : 1);
}

function isOfClass({ tradingClass = '' }: Contract, root: string): boolean {
  return tradingClass === '' || tradingClass === root;
}

/** Asks for every contract that fits a description. */
export function askDetails(
  library: Library,
  connection: Connection,
  query: Partial<ContractQuery> | { readonly conId: number },
  name: string,
): Promise<readonly ContractDetails[]> {
  const { EventName } = library;
  return connection.ask<readonly ContractDetails[]>(
    // The library's enums are the texts that stand in the query.
    (api, id) => api.reqContractDetails(id, query as Contract),
    (api, id, done) => {
      const found: ContractDetails[] = [];
      const onDetails = (of: number, details: ContractDetails): void => {
        if (of === id) found.push(details);
      };
      const onEnd = (of: number): void => {
        if (of === id) done(found);
      };
      api.on(EventName.contractDetails, onDetails);
      api.on(EventName.contractDetailsEnd, onEnd);
      return () => {
        api.off(EventName.contractDetails, onDetails);
        api.off(EventName.contractDetailsEnd, onEnd);
      };
    },
    name,
  );
}
