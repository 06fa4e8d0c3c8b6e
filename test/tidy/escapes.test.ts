/** Guards against ways around the compiler and the linter: `any`, silenced lines, errors caught and dropped. */
import { expect, test } from 'vitest';
import { comments, lineAt, typescript, visit, type Node, type Source } from './source.ts';

function escapes(sources: readonly Source[]): string[] {
  const findings: string[] = [];
  for (const source of sources) {
    const add = (offset: number, what: string): void => {
      findings.push(`${source.path}:${lineAt(source, offset)}: ${what}`);
    };
    for (const { value, start } of comments(source)) {
      if (/@ts-(ignore|nocheck)\b/.test(value)) add(start, 'silences the compiler');
      if (/@ts-expect-error\s*$/.test(value)) add(start, 'expects a compiler error and does not say why');
      if (/\b(ox|es)lint-disable/.test(value) && !/ -- \S/.test(value))
        add(start, 'silences the linter and does not say why');
    }
    visit(source, (node) => {
      if (node.type === 'TSAnyKeyword') add(node.start, 'any');
      if (node.type === 'CatchClause' && isEmpty(node['body'])) add(node.start, 'an error is caught and dropped');
    });
  }
  return findings;
}

function isEmpty(body: unknown): boolean {
  const statements = (body as Node)['body']; // The body of a catch clause is a block.
  return Array.isArray(statements) && statements.length === 0;
}

test('nothing goes around the compiler, the linter, or an error', () => {
  expect(escapes(typescript())).toEqual([]);
});

test.each([
  'const x: any = 1;',
  'const x = JSON.parse(text) as any;',
  'function f(x: Map<string, any>) { return x; }',
  '// @ts-ignore\nx();',
  '// @ts-nocheck: not now\nx();',
  '// @ts-expect-error\nx();',
  '// oxlint-disable-next-line no-empty\nx();',
  'try { x(); } catch {}',
  'try { x(); } catch (error) { /* It does not matter. */ }',
])('planted, this is found: %s', (text) => {
  expect(escapes([{ path: 'src/x.ts', text }])).toHaveLength(1);
});

test.each([
  'const any = 1;',
  "const text = 'any';",
  '// @ts-expect-error A price is no quantity.\nx(price);',
  '// oxlint-disable-next-line no-bitwise -- The hash is defined in bits.\nx();',
  'try { x(); } catch (error) { report(error); }',
])('this is fine: %s', (text) => {
  expect(escapes([{ path: 'src/x.ts', text }])).toEqual([]);
});
