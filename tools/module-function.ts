/**
 * Says how a module becomes a function, for starts that do without loading it: see `bin/start/modules.js`.
 *
 * Imports become constants at the function's head, exports are set at its end, and every line stays where it is, so that
 * errors name the same places. That is the same as the module as long as modules do not import each other in a circle and what
 * is exported does not change later. A module of which that cannot be seen is left as it is.
 */
import { parseSync } from 'oxc-parser';

/** Replace the characters from `start` to `end` of the code by others, with as many lines. */
type Edit = readonly [start: number, end: number, replacement: string];

/** What makes a function of the code: `head`, then the code with `edits`, then `tail`. */
export interface ModuleFunction {
  /** The modules it imports, as it names them; the function asks for them by their places in this list. */
  readonly needs: readonly string[];
  /** How many of these it imports when it runs; those after them are asked for later, if at all. */
  readonly atOnce: number;
  readonly head: string;
  /** From first to last. */
  readonly edits: readonly Edit[];
  readonly tail: string;
}

type Program = ReturnType<typeof parseSync>['program'];
type Statement = Program['body'][number];
type Named = Extract<Statement, { type: 'ExportNamedDeclaration' }>;

const PARAMETERS = '$take, $named, $later, $import, $space, $meta, $all';
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Returns how a module, in JavaScript, becomes a function; `undefined` if the function might not do the same. */
export function moduleFunction(code: string): ModuleFunction | undefined {
  if (/\$(?:take|named|later|import|space|meta|all)\b/.test(code)) return undefined;
  const { program, module, errors } = parseSync('module.js', code, { sourceType: 'module' });
  if (errors.length > 0) return undefined;
  const writer = new Writer(code, namesThatChange(program));
  for (const statement of program.body) {
    if (waits(statement) || !writer.add(statement)) return undefined;
  }
  for (const { start, end } of module.importMetas) {
    if (!/^\.(?:url|dirname|filename)\b/.test(code.slice(end, end + 12))) return undefined;
    writer.replace(start, end, '$meta()');
  }
  const atOnce = writer.needed;
  for (const { start, end, moduleRequest } of module.dynamicImports) {
    const asked = code.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^['"](\.[^'"\\]+)['"]$/.exec(asked);
    if (literal !== null) writer.replace(start, end, `$later(${writer.need(literal[1])})`);
    // What an expression names, or a package, is for Node to find.
    else if (/^[,\s]*\)$/.test(code.slice(moduleRequest.end, end)))
      writer.replace(start, start + 'import'.length, '$import');
    else return undefined;
  }
  return { ...writer.finished(), atOnce };
}

class Writer {
  private readonly code: string;
  private readonly changing: ReadonlySet<string>;
  private readonly needs: string[] = [];
  private readonly edits: Edit[] = [];
  private readonly head: string[] = [];
  private readonly tail: string[] = [];

  constructor(code: string, changing: ReadonlySet<string>) {
    this.code = code;
    this.changing = changing;
  }

  /** Returns the place of a module in the list of those that are needed. */
  need(specifier: string): number {
    const known = this.needs.indexOf(specifier);
    return known < 0 ? this.needs.push(specifier) - 1 : known;
  }

  replace(start: number, end: number, replacement: string): void {
    this.edits.push([start, end, replacement]);
  }

  /** Takes a statement of the module over; `false` if that is not possible. */
  add(statement: Statement): boolean {
    switch (statement.type) {
      case 'ImportDeclaration':
        return this.addImport(statement);
      case 'ExportAllDeclaration': {
        if (statement.attributes.length > 0) return false;
        const from = this.taken(statement.source.value);
        this.head.push(statement.exported ? this.given(nameOf(statement.exported), from) : `$all($space, ${from});`);
        return this.blank(statement);
      }
      case 'ExportNamedDeclaration':
        return statement.declaration ? this.addDeclaration(statement) : this.addNames(statement);
      case 'ExportDefaultDeclaration': {
        const { declaration, start } = statement;
        // A function or class without a name would be called `default`.
        if (/Function|Class/.test(declaration.type)) return false;
        this.replace(start, declaration.start, `$space.default = ${lines(this.code.slice(start, declaration.start))}`);
        return true;
      }
      default:
        return true;
    }
  }

  /** How many modules are needed so far. */
  get needed(): number {
    return this.needs.length;
  }

  finished(): Omit<ModuleFunction, 'atOnce'> {
    return {
      needs: this.needs,
      head: `(function (${PARAMETERS}) { 'use strict'; ${this.head.join(' ')}`,
      edits: this.edits.sort(([a], [b]) => a - b),
      tail: `\n${this.tail.join(' ')}\n})`,
    };
  }

  private addImport(statement: Extract<Statement, { type: 'ImportDeclaration' }>): boolean {
    const { source, specifiers, attributes, phase } = statement;
    if (attributes.length > 0 || phase) return false;
    const from = this.taken(source.value);
    // A module of Node is its own default.
    const isNode = source.value.startsWith('node:');
    const names: string[] = [];
    for (const one of specifiers) {
      const local = one.local.name;
      const isWhole = one.type === 'ImportNamespaceSpecifier' || (one.type === 'ImportDefaultSpecifier' && isNode);
      if (isWhole) this.head.push(`const ${local} = ${from};`);
      else {
        const name = JSON.stringify(one.type === 'ImportSpecifier' ? nameOf(one.imported) : 'default');
        // What is not there is an error, as it is in a module.
        names.push(`${name}: ${local} = $named(${this.need(source.value)}, ${name})`);
      }
    }
    this.head.push(names.length > 0 ? `const { ${names.join(', ')} } = ${from};` : `${from};`);
    return this.blank(statement);
  }

  private addDeclaration({ declaration, start }: Named): boolean {
    const names: string[] = [];
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) {
        if (declaration.kind !== 'const' || id.type !== 'Identifier') return false;
        names.push(id.name);
      }
    } else if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration') {
      if (declaration.id) names.push(declaration.id.name);
    } else return false;
    this.replace(start, start + 'export'.length, '');
    for (const name of names) this.tail.push(this.given(name, name));
    return true;
  }

  private addNames(statement: Named): boolean {
    if (statement.attributes.length > 0) return false;
    const { source } = statement;
    if (source !== null) this.head.push(`${this.taken(source.value)};`);
    for (const { local, exported } of statement.specifiers) {
      const name = nameOf(local);
      if (source !== null) {
        const value = `$named(${this.need(source.value)}, ${JSON.stringify(name)})`;
        this.head.push(this.given(nameOf(exported), value));
      } else if (this.changing.has(name)) return false;
      else this.tail.push(this.given(nameOf(exported), name));
    }
    return this.blank(statement);
  }

  private taken(specifier: string): string {
    return `$take(${this.need(specifier)})`;
  }

  private given(name: string, value: string): string {
    return `$space[${JSON.stringify(name)}] = ${value};`;
  }

  private blank({ start, end }: Statement): true {
    this.replace(start, end, lines(this.code.slice(start, end)));
    return true;
  }
}

function nameOf(name: { readonly name: string } | { readonly value: string }): string {
  return 'name' in name ? name.name : name.value;
}

/** Returns the ends of lines of a text. */
function lines(text: string): string {
  return text.replace(/[^\n]+/g, '');
}

/** Returns the names of a module's own variables that can be set again. */
function namesThatChange({ body }: Program): Set<string> {
  const names = new Set<string>();
  for (const statement of body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'const') continue;
    for (const { id } of statement.declarations) if (id.type === 'Identifier') names.add(id.name);
  }
  return names;
}

/** Whether something is awaited in it and outside of its functions. */
function waits(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(waits);
  const { type, await: isAwaited } = node as { readonly type?: string; readonly await?: boolean };
  if (type === 'AwaitExpression' || (type === 'ForOfStatement' && isAwaited === true)) return true;
  return !FUNCTIONS.has(type ?? '') && Object.values(node).some(waits);
}
