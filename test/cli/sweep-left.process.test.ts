/** What a sweep leaves in its folder when its process is killed, and when several processes write there at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, expect, test } from 'vitest';
import { headOfResults, readResults } from '../../src/desk/sweep/results-file.ts';
import { COMMAND, type Ended, typed } from './typed.ts';

const home = mkdtempSync(join(tmpdir(), 'sweep-left-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(home, { recursive: true }));

/** A strategy whose runs last long enough to be written, and of which the thirteenth does not end while it is held. */
const hold = join(home, 'hold');
writeFileSync(
  join(home, 'slow.ts'),
  `import { existsSync } from 'node:fs';
const whole = (least) => ({ kind: 'whole', default: 5, min: least, max: 999, description: '' });
let runs = 0;
export default {
  name: 'slow',
  parameters: { every: whole(1), wait: { ...whole(0), default: 0 } },
  setup({ buy, sell, parameters }) {
    let bars = 0;
    const until = performance.now() + parameters.wait;
    while (performance.now() < until);
    if (++runs > 12) while (existsSync(${JSON.stringify(hold)}));
    return {
      onBar() {
        if (bars++ % parameters.every === 0) buy(1, 'one more');
        else if (bars % parameters.every === 1) sell(1, 'one less');
      },
    };
  },
};
`,
);
writeFileSync(
  join(home, 'deck.yaml'),
  `strategy: { file: slow.ts }
tape: { source: simulated, symbols: [AAA], start: 2015-01-01, end: 2016-12-31 }
`,
);

const tradedeck = (...args: string[]): Ended => typed(home, args);

function started(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: home });
  children.push(child);
  let [out, error] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (error += text.toString()));
  return { child, ended: new Promise((done) => child.on('close', (code) => done({ code, out, error }))) };
}

/** How many points are in the files of rows of the only sweep below a folder. */
function playedIn(runs: string): number {
  const [name] = existsSync(join(home, runs))
    ? readdirSync(join(home, runs)).filter((one) => one.includes('-sweep-'))
    : [];
  if (name === undefined) return 0;
  const folder = join(home, runs, name);
  const seen = new Set<number>();
  for (const each of readdirSync(folder).filter((one) => one.startsWith('results'))) {
    const head = headOfResults(join(folder, each));
    for (const { indices } of head === undefined ? [] : readResults(join(folder, each), head)) {
      for (const index of indices) seen.add(index);
    }
  }
  return seen.size;
}

/** Starts a sweep that cannot end, and kills it as soon as some of its rows are on disk; returns how many. */
async function killed(runs: string, ...args: string[]): Promise<number> {
  writeFileSync(hold, '');
  const { child, ended } = started('sweep', 'deck.yaml', '--runs', runs, '--workers', '1', ...args);
  while (playedIn(runs) < 3 && child.exitCode === null) await new Promise((done) => setTimeout(done, 20));
  child.kill('SIGKILL');
  expect((await ended).code).toBeNull();
  rmSync(hold);
  return playedIn(runs);
}

let tried = 0;

/** Plays another single run, and returns how many attempts on the same data it was told of. */
function toldOf(runs: string): number {
  const every = 100 + tried++;
  const { out, error } = tradedeck('backtest', 'deck.yaml', '--param', `every=${every}`, '--json', '--runs', runs);
  expect(error).toBe('');
  return (JSON.parse(out) as { earlierTrials: number }).earlierTrials;
}

const LONG = ['--param', 'every=1..30', '--param', 'wait=30'];

test('the attempts of a sweep that was killed count, and count once when it goes on', async () => {
  const played = await killed('killed', ...LONG);
  expect(played).toBeGreaterThanOrEqual(3);
  expect(toldOf('killed')).toBe(played);
  const [listed] = JSON.parse(tradedeck('runs', 'ls', '--kind', 'sweep', '--runs', 'killed', '--json').out) as object[];
  expect(listed).toMatchObject({ complete: false, trials: played, parameters: {} });
  expect(tradedeck('runs', 'ls', '--runs', 'killed').out).toMatch(new RegExp(`sweep\\*.* ${played} played`));
  // The first single run counts from now on; what is played again, with all points, is the same attempt.
  const { out } = tradedeck('sweep', 'deck.yaml', '--runs', 'killed', ...LONG, '--json');
  const whole = JSON.parse(out) as { resumed: number; played: number; odds: { earlierTrials: number } };
  expect(whole).toMatchObject({ resumed: played, played: 30, odds: { earlierTrials: 1 } });
  expect(toldOf('killed')).toBe(31);
}, 120_000);

test.each([
  ['a part', ['--shard', '2/2']],
  ['a sweep that learns', ['--method', 'genetic', '--tries', '25']],
])(
  'the attempts of %s that was killed outlive its folder',
  async (name, flags) => {
    const runs = name.replaceAll(' ', '-');
    const played = await killed(runs, ...LONG, ...flags);
    expect(tradedeck('runs', 'rm', 'slow-sweep', '--runs', runs).code).toBe(0);
    expect(readdirSync(join(home, runs))).toEqual(['trials.jsonl']);
    expect(toldOf(runs)).toBe(played);
  },
  120_000,
);

test('the attempts of a sweep that was killed outlive a folder deleted by hand, and a beginning anew', async () => {
  const played = await killed('anew', ...LONG);
  tradedeck('sweep', 'deck.yaml', '--runs', 'anew', ...LONG, '--again', '--budget', '1 runs');
  expect(playedIn('anew')).toBe(1);
  expect(toldOf('anew')).toBe(played);
  for (const one of readdirSync(join(home, 'anew'))) {
    if (one.includes('-sweep-')) rmSync(join(home, 'anew', one), { recursive: true });
  }
  expect(toldOf('anew')).toBe(played + 1);
}, 120_000);

test('a sweep that is refused was not tried, and leaves nothing', () => {
  const { code, error } = tradedeck('sweep', 'deck.yaml', '--runs', 'refused', ...LONG, '--budget', '1kb');
  expect([code, error]).toEqual([2, expect.stringContaining('sweep.budget')]);
  expect(existsSync(join(home, 'refused'))).toBe(false);
});

const SHORT = ['--param', 'every=2..40'];
const filesOf = (runs: string): Record<string, string> => {
  const [name] = readdirSync(join(home, runs)).filter((one) => one.includes('-sweep-')) as [string];
  const folder = join(home, runs, name);
  return Object.fromEntries(readdirSync(folder).map((each) => [each, readFileSync(join(folder, each), 'latin1')]));
};

test('parts that play at once leave the files of the whole', async () => {
  const parts = [1, 2, 3].map((part) =>
    started('sweep', 'deck.yaml', ...SHORT, '--runs', 'parts', '--shard', `${part}/3`, '--workers', '1', '--quiet'),
  );
  for (const { ended } of parts) expect(await ended).toMatchObject({ code: 0, error: '' });
  expect(tradedeck('sweep', 'deck.yaml', ...SHORT, '--runs', 'whole', '--quiet').code).toBe(0);
  const [left, whole] = [filesOf('parts'), filesOf('whole')];
  expect(Object.keys(left).filter((name) => !name.startsWith('results'))).toEqual(
    Object.keys(whole).filter((name) => !name.startsWith('results')),
  );
  for (const name of ['rows.csv', 'equity.csv', 'sweep.html', 'deck.yaml'])
    expect([name, left[name]]).toEqual([name, whole[name]]);
  expect(JSON.parse(left['sweep.json'])).toMatchObject({ complete: true, played: 39, trial: { trials: 39 } });
}, 120_000);

test('processes that write the same files at once leave each of them whole', async () => {
  const again = (): ReturnType<typeof started> =>
    started('sweep', 'deck.yaml', ...SHORT, '--runs', 'same', '--workers', '1', '--quiet');
  await again().ended;
  const before = filesOf('same');
  const all = await Promise.all(Array.from({ length: 4 }, () => again().ended));
  expect(all.map(({ code, error }) => [code, error])).toEqual(all.map(() => [0, '']));
  const after = filesOf('same');
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const name of ['rows.csv', 'equity.csv', 'sweep.html', 'deck.yaml', 'results.jsonl']) {
    expect([name, after[name]]).toEqual([name, before[name]]);
  }
}, 120_000);
