/** The chapter on option chains: what it shows is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as market from '../../../src/market/index.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/option-chains.md'), 'utf8');

test('each line of the first example gives what stands beside it', () => {
  const [, symbol] = /occInstrument\('([^']+)'\)/.exec(guide)!;
  const contract = market.occInstrument(symbol);
  const life = market.contractLife(contract);
  const said = [...guide.matchAll(/^(?:contract\.option\?|contractLife\(contract\))\.(\w+); \/\/ => '([^']+)'$/gm)];
  expect(said.length).toBe(4);
  const known: Record<string, unknown> = { ...contract.option, ...life };
  for (const [, field, value] of said) expect(known[field], field).toBe(value);
});

test('what it imports and the bounds it shows are there', () => {
  const names = [...guide.matchAll(/import \{([^}]+)\} from 'tradedeck\/market'/g)].flatMap(([, list]) =>
    list.split(','),
  );
  expect(names.length).toBeGreaterThan(4);
  for (const name of names) expect(market).toHaveProperty(name.trim());
  const [, filter] = /chainRules\((\{.*\})\);/.exec(guide)!;
  const fields = [...filter.matchAll(/(\w+): \{/g)].map(([, field]) => field);
  const rules = market.chainRules(Object.fromEntries(fields.map((field) => [field, {}])));
  expect(rules.map(({ name }) => name).sort()).toEqual(['quote', ...fields].sort());
});
