/**
 * Contracts by symbol: each is looked up once a day, and traded by its number alone, so that nothing is ever guessed from a
 * description that fits two.
 */
import type { Contract, ContractDetails } from '@stoqey/ib';
import { DAY } from '../../time/instant.ts';
import { Answered, type Connection } from './connection.ts';
import type { Library } from './library.ts';
import { queryOf, type ContractQuery } from './symbols.ts';

/** A contract as it is traded. */
export interface Resolved {
  readonly contract: Contract;
  readonly minTick: number;
}

export class Contracts {
  private readonly library: Library;
  private readonly now: () => number;
  /** By symbol, also while it is being asked for: many orders ask once. */
  private readonly known = new Map<string, Promise<Resolved>>();
  private day = Number.NaN;

  constructor(library: Library, now: () => number) {
    this.library = library;
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

  private async find(symbol: string, connection: Connection): Promise<Resolved> {
    const found = await askDetails(this.library, connection, queryOf(symbol), `contract ${symbol}`);
    const numbers = new Set(found.map(({ contract }) => contract.conId));
    const [first] = found;
    if (first === undefined || numbers.size !== 1) {
      throw new Answered(200, `${symbol} fits ${numbers.size} contracts`);
    }
    const { conId = 0, symbol: name = '', secType, localSymbol = '', multiplier = 1 } = first.contract;
    const contract = {
      conId,
      symbol: name,
      ...(secType === undefined ? {} : { secType }),
      localSymbol,
      multiplier,
      exchange: 'SMART',
      currency: 'USD',
    };
    return { contract, minTick: first.minTick ?? 0.01 };
  }
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
