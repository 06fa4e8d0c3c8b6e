/**
 * Reads a deck from YAML: every mistake at once, each with file, line, column, rule and value.
 */
import type { z } from 'zod';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type YAMLError } from 'yaml';
import { Fault, type FaultPlace } from '../../base/fault.ts';
import { ConfigError, excerptOf, type LocatedFault, type Span } from './faults.ts';
import { problemsOf, type Path, type Problem } from './rules.ts';
import { deckSchema, type DeckConfig } from './schema.ts';

/** A value that a flag puts in place of what the file says. */
export interface Override {
  /** Dotted path, as in `account.cash`. */
  readonly path: string;
  readonly value: unknown;
  /** The flag as it was typed, for errors. */
  readonly flag: string;
}

/** Parses a deck and checks it; anything wrong is one `ConfigError` with every fault. `file` names it in errors. */
export function readDeck(text: string, file: string, overrides: readonly Override[] = []): DeckConfig {
  return readYaml(deckSchema, text, file, overrides);
}

/** Parses and checks any set-up of ours in the same way. */
export function readYaml<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  file: string,
  overrides: readonly Override[] = [],
): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source: Source = { text, file, document, lines };
  if (document.errors.length > 0) {
    throw new ConfigError(mainErrors(document.errors).map((error) => yamlFault(source, error)));
  }
  const unknown = unknownAlias(source);
  if (unknown !== undefined) throw new ConfigError([unknown]);
  const data = withOverrides(document.toJS() as unknown, overrides);
  const problems = problemsOf(schema, data);
  if (problems.length > 0) {
    const faults = problems.map((problem) => locate(source, problem, overrides));
    throw new ConfigError(faults.sort((a, b) => (a.fault.place.line ?? 0) - (b.fault.place.line ?? 0)));
  }
  return schema.parse(data);
}

/** What YAML's own words leave unclear, in ours. */
const YAML_RULES: Readonly<Record<string, (text: string) => string>> = {
  TAB_AS_INDENT: () => 'lines must be indented by spaces, was a tab',
  DUPLICATE_KEY: (text) => `a key must be there once, was ${JSON.stringify(text)} again`,
  MULTIPLE_DOCS: () => 'a deck is one YAML document, here a second one begins',
  BLOCK_AS_IMPLICIT_KEY: (text) =>
    `keys of one group must begin in the same column; after ${JSON.stringify(text)} a line is indented further`,
};

/** Wrong indentation makes errors that follow from it: they would only hide it. */
function mainErrors(errors: readonly YAMLError[]): readonly YAMLError[] {
  for (const cause of ['TAB_AS_INDENT', 'BLOCK_AS_IMPLICIT_KEY']) {
    const found = errors.filter(({ code }) => code === cause);
    if (found.length > 0) return found;
  }
  return errors;
}

function yamlFault(source: Source, { code, message, pos }: YAMLError): LocatedFault {
  const text = /^[^\s:]*/.exec(source.text.slice(pos[0]))?.[0] ?? '';
  const rule = YAML_RULES[code]?.(text) ?? message;
  return located(source, 'config.yaml', rule, spanOf(source.lines, pos[0], pos[1]));
}

/** An alias (`*name`) that no anchor (`&name`) before it gives a value. */
function unknownAlias(source: Source): LocatedFault | undefined {
  let found: LocatedFault | undefined;
  visit(source.document, {
    Alias(_, alias) {
      if (alias.resolve(source.document) !== undefined || alias.range == null) return undefined;
      const [from, to] = alias.range;
      const rule = `an alias must have its anchor before it, was *${alias.source}`;
      found = located(source, 'config.yaml', rule, spanOf(source.lines, from, to));
      return visit.BREAK;
    },
  });
  return found;
}

/** Reads the value of `--set path=value` as YAML would: numbers, true and false, lists in brackets, else text. */
export function readOverride(flag: string, assignment: string): Override {
  const equals = assignment.indexOf('=');
  if (equals <= 0) {
    throw new Fault('config.override', `must be path=value, was ${JSON.stringify(assignment)}`, { field: flag });
  }
  const value: unknown = parseDocument(assignment.slice(equals + 1)).toJS();
  return { path: assignment.slice(0, equals).trim(), value, flag: `${flag} ${assignment}` };
}

/** Gives a fault that names a field of the deck its place in the file, or the flag that the value came from. */
export function locateFault(
  fault: Fault,
  text: string,
  file: string,
  overrides: readonly Override[] = [],
): ConfigError {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const all = [fault, ...fault.others].map((each) => {
    const { field } = each.place;
    if (field === undefined || each.place.file !== undefined) return { fault: each, excerpt: '' };
    const { code, rule, hint } = each;
    const problem: Problem = { code, path: field.split('.'), isKey: code === 'parameter.unknown', rule, hint };
    return locate({ text, file, document, lines }, problem, overrides);
  });
  return new ConfigError(all);
}

interface Source {
  readonly text: string;
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

function withOverrides(data: unknown, overrides: readonly Override[]): unknown {
  if (overrides.length === 0) return data;
  const root: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  for (const { path, value } of overrides) {
    const parts = path.split('.');
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const inner = at[part];
      const copy: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {};
      at[part] = copy;
      at = copy;
    }
    at[parts.at(-1)!] = value;
  }
  return root;
}

function locate(source: Source, problem: Problem, overrides: readonly Override[]): LocatedFault {
  const { code, path, rule, hint } = problem;
  const field = path.join('.');
  const override = overrides.find(
    (one) => field === one.path || field.startsWith(`${one.path}.`) || one.path.startsWith(`${field}.`),
  );
  if (override !== undefined) {
    return { fault: new Fault(code, rule, { file: override.flag, field }, hint), excerpt: '' };
  }
  return located(source, code, rule, findSpan(source, path, problem.isKey), field, hint);
}

function located(
  { text, file }: Source,
  code: string,
  rule: string,
  span: Span | undefined,
  field?: string,
  hint?: string,
): LocatedFault {
  const place: FaultPlace = {
    file,
    ...(span === undefined ? {} : { line: span.line, column: span.column }),
    ...(field === undefined || field === '' ? {} : { field }),
  };
  return { fault: new Fault(code, rule, place, hint), excerpt: span === undefined ? '' : excerptOf(text, span) };
}

/** The span of a key or value; of what is missing, that of the key around it. */
function findSpan({ document, lines }: Source, path: Path, isKey: boolean): Span | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const part = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined || !isScalar(pair.key)) continue;
      const value = pair.value;
      const wantsKey = isKey || depth < path.length || !isScalar(value) || value.range == null;
      const range = wantsKey ? pair.key.range : (value as { range: [number, number, number] }).range;
      if (range != null) return spanOf(lines, range[0], range[1]);
    } else if (isSeq(parent)) {
      const item = parent.items[Number(part)];
      if (isScalar(item) && item.range != null) return spanOf(lines, item.range[0], item.range[1]);
    }
  }
  return undefined;
}

function spanOf(lines: LineCounter, from: number, to: number): Span {
  const { line, col } = lines.linePos(from);
  return { line, column: col, length: Math.max(1, to - from) };
}
