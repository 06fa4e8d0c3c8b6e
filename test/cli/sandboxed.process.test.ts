/**
 * S23: a backtest of a deck whose strategy is to run in a process of its own is played within the same walls: what it finds
 * there, what it can write, and that it gives the same run.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { checkLeft } from '../../src/desk/sandbox/sandboxed-run.ts';
import { dockerImage } from '../desk/sandbox/docker-image.ts';
import { hasBubblewrap } from '../desk/sandbox/walls.ts';
import { typed, type Ended } from './typed.ts';

const image = dockerImage();
const LAUNCHERS: readonly (readonly [name: string, process: string])[] = [
  ['process', 'process'],
  ...(hasBubblewrap ? ([['bubblewrap', 'bubblewrap']] as const) : []),
  ...(image === undefined ? [] : ([['docker', `{ launcher: docker, image: '${image}' }`]] as const)),
];
const CANARY = 'canary-77aa0c11';
const home = mkdtempSync(join(tmpdir(), 'tradedeck-sandboxed-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Looks for keys and ways out at its first bar, and prints what it found as the reason of its first order. */
const STRATEGY = `
import { readdirSync, readFileSync, writeFileSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { defineStrategy } from 'tradedeck';
const tried = (work) => { try { return String(work()); } catch (error) { return error.code; } };
let found = '';
export default defineStrategy({
  name: 'nosy',
  setup({ buy, bars }) {
    let count = 0;
    return {
      onBar() {
        count++;
        if (count === 1) {
          const folder = process.cwd();
          const key = tried(() => readFileSync(folder + '/keys.json', 'utf8'));
          const env = JSON.stringify(process.env);
          const proc = tried(() => readdirSync('/proc').map((pid) => tried(() => readFileSync('/proc/' + pid + '/environ', 'utf8'))).join());
          found = JSON.stringify({
            key, env: env.includes('${CANARY}'), proc: proc.includes('${CANARY}'),
            writes: tried(() => writeFileSync(folder + '/written', '')),
            net: tried(() => { const s = connect(1, '127.0.0.1'); s.on('error', () => {}); return 'tries'; }),
          });
          console.log('\\u001b]0;title\\u0007' + found);
        }
        if (count === 10) buy(1, 'once');
      },
    };
  },
});
`;

function deckIn(name: string, launcher: string, strategy = STRATEGY): string {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'nosy.ts'), strategy);
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ key: CANARY }), { mode: 0o600 });
  const lines = [
    'name: nosy',
    `strategy: { file: nosy.ts, process: ${launcher} }`,
    'tape: { source: files, files: [prices.csv] }',
    'instruments: { PRICES: { kind: etf, calendar: XNYS } }',
  ];
  const days = ['02', '03', '04', '05', '08', '09', '10', '11', '12', '16', '17', '18', '19', '22'];
  const rows = days.map((day, at) => `2024-01-${day},${100 + at},${101 + at},${99 + at},${100.5 + at},1000`);
  writeFileSync(join(folder, 'prices.csv'), ['Date,Open,High,Low,Close,Volume', ...rows].join('\n'));
  writeFileSync(join(folder, 'deck.yaml'), lines.join('\n'));
  return folder;
}

const played = (folder: string, ...more: string[]): Ended =>
  typed(folder, ['backtest', 'deck.yaml', ...more], { ...process.env, TRADEDECK_TEST_KEY: CANARY });

/** What is in the only run folder but for its times and its copy of the deck. */
function runIn(folder: string): Record<string, string> {
  const names = readdirSync(join(folder, 'runs')).filter((name) => name.startsWith('nosy-'));
  expect(names).toHaveLength(1);
  const run = join(folder, 'runs', names[0]);
  const files = readdirSync(run).filter((name) => name !== 'timings.json' && name !== 'deck.yaml');
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(run, name), 'utf8')]));
}

test.each(LAUNCHERS)(
  'S23 a backtest within %s finds no key, writes nowhere else, and is the same run',
  (launcher, walls) => {
    const open = deckIn(`open-${launcher}`, 'none');
    expect(played(open).error + played(open).out).toContain(CANARY);
    const folder = deckIn(`walled-${launcher}`, walls);
    const { code, out, error } = played(folder);
    expect([code, error]).toEqual([0, expect.any(String)]);
    expect(out + error).not.toContain(CANARY);
    expect(out + error).not.toContain('\u001b]0;');
    const [found] = /\{"key".*\}/.exec(out + error)!;
    const said = JSON.parse(found) as Record<string, unknown>;
    expect(said).toMatchObject({ env: false, proc: false });
    expect(['ENOENT', 'ERR_ACCESS_DENIED']).toContain(said['key']);
    expect(['EROFS', 'ERR_ACCESS_DENIED']).toContain(said['writes']);
    const same = runIn(folder);
    expect(Object.keys(same)).toContain('journal.jsonl');
    expect(same).toEqual(runIn(open));
    // Nothing else is left.
    expect(readdirSync(folder).sort()).toEqual(['deck.yaml', 'keys.json', 'nosy.ts', 'prices.csv', 'runs']);
  },
);

test('S23 what is no plain file of a run is not taken out', () => {
  const folder = mkdtempSync(join(home, 'left-'));
  writeFileSync(join(folder, 'run.json'), '{}');
  expect(() => checkLeft(folder)).not.toThrow();
  symlinkSync('/etc/passwd', join(folder, 'report.html'));
  expect(() => checkLeft(folder)).toThrow('nothing of it is taken');
});

test('what cannot be written from there is said before anything is played', () => {
  const folder = deckIn('outside', 'process');
  const { code, error } = played(folder, '--output', 'trades.csv');
  expect([code, error]).toEqual([2, expect.stringContaining('leaves nothing outside its own folder')]);
});

test('a command that plays strategies where it is refuses a deck that wants walls', () => {
  const folder = deckIn('why', 'process');
  const { code, error } = typed(folder, ['sweep', 'deck.yaml', '--param', 'x=1,2']);
  expect([code, error]).toEqual([2, expect.stringContaining('in a process of its own')]);
});
