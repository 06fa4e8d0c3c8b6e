/**
 * What a person did not get right, said so that they can mend it: file, line, field, rule and value.
 *
 * Every edge (files, configuration, command line, parameters) throws a `Fault`; the command line prints its message
 * and, of a list, all of them. A `Fault` is never a bug of ours: bugs are assertions.
 */

export interface FaultPlace {
  /** The file as the user named it. */
  readonly file?: string;
  /** 1-based line in `file`. */
  readonly line?: number;
  /** 1-based column in `line`. */
  readonly column?: number;
  /** Dotted path of the field, as in `strategy.parameters.fast`. */
  readonly field?: string;
}

export class Fault extends Error {
  override readonly name = 'Fault';
  /** A stable, documented code such as `config.unknown-key`. */
  readonly code: string;
  /** The rule and the value, without the place. */
  readonly rule: string;
  readonly place: FaultPlace;
  /** What to do about it, where that is known. */
  readonly hint: string | undefined;
  /** Further mistakes that were found with it, in their order. */
  readonly others: readonly Fault[];

  constructor(code: string, rule: string, place: FaultPlace = {}, hint?: string, others: readonly Fault[] = []) {
    super([describe(rule, place, hint), ...others.map(({ message }) => message)].join('\n'));
    this.code = code;
    this.rule = rule;
    this.place = place;
    this.hint = hint;
    this.others = others;
  }
}

/** Throws what was found, all of it at once; returns where nothing was. */
export function throwAll([first, ...others]: readonly Fault[]): void {
  if (first !== undefined) throw new Fault(first.code, first.rule, first.place, first.hint, others);
}

function describe(rule: string, place: FaultPlace, hint: string | undefined): string {
  const where = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  const head = [where, place.field].filter((part) => part !== undefined && part !== '').join(' ');
  return `${head === '' ? '' : `${head}: `}${rule}${hint === undefined ? '' : ` (${hint})`}`;
}

/** Shows a value in an error: strings quoted, long ones cut, numbers as they are. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (typeof value === 'object' && value !== null) {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  }
  // What is no object has a text of its own.
  return String(value);
}
