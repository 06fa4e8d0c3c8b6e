/** Guards the order of the rooms: a room imports only from rooms below it. */
import { expect, test } from 'vitest';
import { LEVELS, levelOf, roomOf } from './rooms.ts';
import { doors, imports, read, target, typescript, type Source } from './source.ts';

function layers(sources: readonly Source[]): string[] {
  const open = doors();
  const findings: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    if (room === undefined) continue;
    if (levelOf(room) < 0) {
      findings.push(`${source.path}: ${room} is not one of the rooms`);
      continue;
    }
    for (const { specifier, line } of imports(source)) {
      const path = target(source, specifier, open);
      if (path === undefined) continue;
      const other = roomOf(path);
      if (other === undefined) findings.push(`${source.path}:${line}: ${specifier} lies outside src`);
      else if (other !== room && levelOf(other) >= levelOf(room)) {
        findings.push(`${source.path}:${line}: ${room} imports ${other}, which is not below it`);
      }
    }
  }
  return findings;
}

/** What we show to users uses what users have: the public doors and the files beside it. */
function publicDoorsOnly(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    imports(source)
      .filter(({ specifier }) => specifier.startsWith('.') && target(source, specifier, {})!.startsWith('src/'))
      .map(({ specifier, line }) => `${source.path}:${line}: ${specifier} is not a public door of tradedeck`),
  );
}

test('every room imports only from rooms below it', () => {
  const sources = read('src/**/*.ts');
  expect(sources.length).toBeGreaterThan(0);
  expect(layers(sources)).toEqual([]);
});

test('examples and recipes import tradedeck through its public doors', () => {
  expect(publicDoorsOnly(typescript().filter(({ path }) => /^(examples|recipes)\//.test(path)))).toEqual([]);
});

test('a planted import upwards, sideways, out of src, or by a public door is found', () => {
  const plant = (path: string, text: string): number => layers([{ path, text }]).length;
  expect(plant('src/market/x.ts', "import { Deck } from '../engine/deck.ts';")).toBe(1);
  expect(plant('src/stats/x.ts', "export { sma } from '../indicators/sma.ts';")).toBe(1);
  expect(plant('src/base/x.ts', "type Bar = import('../market/event.ts').Bar;")).toBe(1);
  expect(plant('src/engine/x.ts', "await import('../adapters/http.ts');")).toBe(1);
  expect(plant('src/engine/x.ts', "new Worker(new URL('../desk/worker.ts', import.meta.url));")).toBe(1);
  expect(plant('src/engine/x.ts', "import { rows } from '../../test/truth/case.ts';")).toBe(1);
  expect(plant('src/engine/x.ts', "import { defineStrategy } from 'tradedeck';")).toBe(1);
  expect(plant('src/shed/x.ts', '')).toBe(1);
  expect(
    plant('src/engine/sim/x.ts', "import { Bar } from '../../market/event.ts'; import { a } from '../gate.ts';"),
  ).toBe(0);
  expect(plant('src/strategies/sma/x.ts', "import { defineStrategy } from 'tradedeck';")).toBe(0);
});

test('a planted example that reaches behind the doors is found', () => {
  expect(publicDoorsOnly([{ path: 'examples/x.ts', text: "import '../src/engine/deck.ts';" }])).toHaveLength(1);
  expect(publicDoorsOnly([{ path: 'examples/x.ts', text: "import 'tradedeck'; import './y.ts';" }])).toEqual([]);
});

test('no room is listed twice', () => {
  const rooms = LEVELS.flat();
  expect(new Set(rooms).size).toBe(rooms.length);
});
