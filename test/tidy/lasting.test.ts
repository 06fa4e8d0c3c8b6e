/**
 * Guards what dies with a run from being kept: V8 puts a function among the old objects that is written where a property
 * is set, and the getter of an object literal among its shapes, which are old too. All that they see then stays until the
 * next full collection, and until then every small collection copies it: decks that come and go took a tenth more time.
 */
import { expect, test } from 'vitest';
import { lineAt, read, visit, type Node, type Source } from './source.ts';

const LITERALS = new Set(['ArrowFunctionExpression', 'FunctionExpression']);

/** Where a function is written that outlives its run. */
function lasting(source: Source): string[] {
  const found: string[] = [];
  visit(source, (node, parent) => {
    const { type, start } = node;
    const left = node['left'] as Node | undefined; // What an assignment sets.
    const right = node['right'] as Node | undefined; // And to what.
    const isSet = type === 'AssignmentExpression' && left!.type === 'MemberExpression' && LITERALS.has(right!.type);
    const isGetter = type === 'Property' && node['kind'] !== 'init' && parent!.type === 'ObjectExpression';
    if (isSet || isGetter) found.push(`${source.path}:${lineAt(source, start)}`);
  });
  return found;
}

test('no function of a deck or a simulated world outlives it: name it before a property is set, or give it a class', () => {
  expect(read('{src/engine,test/simulation}/**/*.ts').flatMap(lasting)).toEqual([]);
});

test('functions and getters that would be kept are found, others are not', () => {
  const text = `
const ask = (): number => a.held;
a.ask = ask;
a.ask = (): number => a.held;
a.b['ask'] ??= function () {};
a.link = { ask: () => a.held };
const made = { get ask() { return a.held; } };
class Made { get ask() { return a.held; } }
`;
  expect(lasting({ path: 'a.ts', text })).toEqual(['a.ts:4', 'a.ts:5', 'a.ts:7']);
});
