/**
 * How often each rule spoke against something, so that a seller that never sold can say in one sentence what kept it
 * from it, and nobody has to read the notes of years.
 */
/** What a restart needs. */
export interface RefusalState {
  readonly looks: readonly [underlyings: number, contracts: number];
  readonly underlyings: readonly (readonly [rule: string, count: number])[];
  readonly contracts: readonly (readonly [rule: string, count: number])[];
}

/** Rules that one sentence names. */
const NAMED = 4;

export class Refusals {
  private looks: [underlyings: number, contracts: number] = [0, 0];
  private underlyings = new Map<string, number>();
  private contracts = new Map<string, number>();

  /** One look at an underlying; `rules` broke, or none. */
  underlying(rules: readonly string[]): void {
    this.looks[0]++;
    for (const rule of rules) add(this.underlyings, rule, 1);
  }

  /** One look at its contracts, and how many of them each rule refused. */
  chain(looked: number, refused: ReadonlyMap<string, number>): void {
    this.looks[1] += looked;
    for (const [rule, count] of refused) add(this.contracts, rule, count);
  }

  /** A contract that every rule allowed was not sold after all. */
  size(rule: string): void {
    add(this.contracts, rule, 1);
  }

  save(): RefusalState {
    return { looks: [...this.looks], underlyings: [...this.underlyings], contracts: [...this.contracts] };
  }

  restore({ looks, underlyings, contracts }: RefusalState): void {
    this.looks = [...looks];
    this.underlyings = new Map(underlyings);
    this.contracts = new Map(contracts);
  }

  /** `of 38 looks at an underlying aboveLong refused 30, …; of 3149 at a contract volume refused 3149, …`. */
  get sentence(): string {
    const [underlyings, contracts] = this.looks;
    if (underlyings === 0) return 'there was nothing to look at';
    return (
      `of ${underlyings} looks at an underlying ${most(this.underlyings)}; ` +
      `of ${contracts} at a contract ${most(this.contracts)}`
    );
  }
}

function add(counts: Map<string, number>, rule: string, count: number): void {
  counts.set(rule, (counts.get(rule) ?? 0) + count);
}

function most(counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return 'no rule refused any';
  const first = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, NAMED);
  return first.map(([rule, count]) => `${rule} refused ${count}`).join(', ');
}
