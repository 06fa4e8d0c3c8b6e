/** The vendor's two interface descriptions as a judge of answers, where they are present beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** Beside the repository; tests say that they were skipped where it is absent. */
export const SPEC_FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'spec', 'alpaca');
const FILES = ['trading.json', 'md.json'];

const hasSpec = FILES.every((file) => existsSync(join(SPEC_FOLDER, file)));

interface Operation {
  readonly file: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly method: string;
  /** Statuses with a schema, and where it stands in its file. */
  readonly schemas: ReadonlyMap<number, string>;
  readonly statuses: ReadonlySet<number>;
}

interface Described {
  readonly paths: Record<
    string,
    Record<string, { responses?: Record<string, { $ref?: string; content?: Record<string, unknown> }> }>
  >;
}

export interface Judge {
  /** What has been judged so far: `GET /v2/orders 200` and how often. */
  readonly seen: Map<string, number>;
  /** Returns what is wrong with an answer, one line each. */
  judge(method: string, path: string, status: number, body: unknown): string[];
}

let judge: Judge | undefined;

/** Returns the judge, the same one each time; `undefined` where the descriptions are absent. */
export function openApiJudge(): Judge | undefined {
  if (!hasSpec) return undefined;
  judge ??= makeJudge();
  return judge;
}

function makeJudge(): Judge {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  for (const format of ['decimal', 'ulid', 'uint32', 'uint64', 'int64', 'double', 'float']) ajv.addFormat(format, true);
  const operations = FILES.flatMap((file) => {
    const spec = JSON.parse(readFileSync(join(SPEC_FOLDER, file), 'utf8')) as Described;
    ajv.addSchema(asMeant(spec) as object, file);
    return operationsOf(file, spec);
  });
  const contradictions = ownContradictions(ajv);
  const seen = new Map<string, number>();
  const compiled = new Map<string, ValidateFunction>();
  return {
    seen,
    judge(method, path, status, body) {
      // A literal path comes before a template that it fits too.
      const fitting = operations.filter((one) => one.method === method && one.pattern.test(path));
      const operation = fitting.find(({ template }) => template === path) ?? fitting[0];
      if (operation === undefined) return [`${method} ${path} is not in the descriptions`];
      const name = `${method} ${operation.template} ${status}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      const schema = operation.schemas.get(status);
      if (schema === undefined) {
        if (status >= 400) return isError(body) ? [] : [`${name}: an error must have a message`];
        return operation.statuses.has(status) ? [] : [`${name}: this status is not in the descriptions`];
      }
      let validate = compiled.get(schema);
      if (validate === undefined) compiled.set(schema, (validate = ajv.compile({ $ref: schema })));
      if (validate(withoutRefusedRows(body))) return [];
      return (validate.errors ?? [])
        .filter(
          (error) =>
            !contradictions.some(
              ({ path: end, message }) => message === error.message && anyIndex(error.instancePath).endsWith(end),
            ),
        )
        .map(({ instancePath, message }) => `${name} ${instancePath}: ${message ?? ''}`);
    },
  };
}

interface Contradiction {
  readonly path: string;
  readonly message: string;
}

/**
 * What the vendor's own examples of orders break in the vendor's own schema: an order of several legs has an empty
 * symbol, side and class, which the schema does not know. What the examples do, answers may do too.
 */
function ownContradictions(ajv: Ajv): Contradiction[] {
  const spec = JSON.parse(readFileSync(join(SPEC_FOLDER, 'trading.json'), 'utf8')) as {
    components: { examples: Record<string, { value: unknown }> };
  };
  const validate = ajv.compile({ $ref: 'trading.json#/components/schemas/Order' });
  return Object.entries(spec.components.examples).flatMap(([name, { value }]) => {
    if (!name.endsWith('OrderResponse') || validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => ({
      path: anyIndex(instancePath),
      message: message ?? '',
    }));
  });
}

function anyIndex(path: string): string {
  return path.replaceAll(/\/\d+(?=\/|$)/g, '/*');
}

/** In answers to bulk requests a row that failed holds a refusal, as recorded answers show and the descriptions do not. */
function withoutRefusedRows(body: unknown): unknown {
  const isRefused = (row: unknown): boolean =>
    typeof row === 'object' &&
    row !== null &&
    'status' in row &&
    Number(row.status) >= 400 &&
    'body' in row &&
    isError(row.body);
  return Array.isArray(body) ? body.filter((row) => !isRefused(row)) : body;
}

function isError(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string';
}

function operationsOf(file: string, spec: Described): Operation[] {
  return Object.entries(spec.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) => {
      if (responses === undefined) return [];
      const schemas = new Map<number, string>();
      for (const [status, { $ref, content }] of Object.entries(responses)) {
        if ($ref !== undefined || content?.['application/json'] === undefined) continue;
        const pointer = ['paths', template, method, 'responses', status, 'content', 'application/json', 'schema'];
        schemas.set(Number(status), `${file}#/${pointer.map(escaped).join('/')}`);
      }
      const pattern = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
      const statuses = new Set(Object.keys(responses).map(Number));
      return [{ file, template, pattern, method: method.toUpperCase(), schemas, statuses }];
    }),
  );
}

/** A part of a JSON pointer inside the fragment of an address. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/**
 * Reads two habits of the descriptions as they are meant: an enum that may be null does not list null, and `oneOf` is
 * said of parts that overlap, which no answer could satisfy.
 */
function asMeant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asMeant);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key === 'oneOf' ? 'anyOf' : key, asMeant(part)]),
  );
  const { nullable, enum: words } = copy;
  return nullable === true && Array.isArray(words) ? { ...copy, enum: [...words, null] } : copy;
}
