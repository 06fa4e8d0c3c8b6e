/** The command as a person types it: what it prints, what it leaves behind, and with which code it ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND, type Ended, typed } from './typed.ts';

const home = mkdtempSync(join(tmpdir(), 'tradedeck-cli-'));
afterAll(() => rmSync(home, { recursive: true }));

const tradedeck = (...args: string[]): Ended => typed(home, args);

/** Parses what `--json` printed. */
function json(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

beforeAll(() => {
  writeFileSync(join(home, 'wrong.yaml'), 'strategy: { name: sma-cros }\ntape: { source: sp500 }\n');
  writeFileSync(
    join(home, 'dirty.csv'),
    'date,open,high,low,close,volume\n2020-01-02,1,2,1,2,10\n2020-01-03,2,1,2,2,10\n2020-01-06,2,3,2,-1,10\n2020-01-07,2,3,2,3,10\n',
  );
  writeFileSync(
    join(home, 'slow.ts'),
    `import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'slow',
  setup({ buy }) {
    let calls = 0;
    return {
      onBar() {
        if (calls++ === 0) process.stderr.write('started\\n');
        if (calls % 100 === 0) buy(1, 'a hundred more');
        const until = performance.now() + 2;
        while (performance.now() < until);
      },
    };
  },
});
`,
  );
});

test('help lists every command', () => {
  const { code, out } = tradedeck('--help');
  expect(code).toBe(0);
  for (const name of [
    'demo',
    'backtest',
    'init',
    'report',
    'why',
    'worker',
    'runs',
    'check-lookahead',
    'data',
    'strategies',
    'indicators',
    'journal',
    'schema',
    'doctor',
    'completion',
    'version',
  ]) {
    expect(out).toContain(`  ${name}`);
  }
});

test.each([
  [['backtst'], 2, 'Did you mean backtest?'],
  [['backtest', 'sma-cross', '--csh', '5'], 2, 'Did you mean --cash?'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--conventions', 'hones'], 2, 'did you mean "honest"?'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--start', '2020-02-30'], 2, 'an existing day as YYYY-MM-DD'],
  [['backtest', 'sma-cros', '--data', 'sp500'], 2, 'did you mean "sma-cross"?'],
  [['backtest', 'sma-cross'], 2, '--data file.csv'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--param', 'fast=900'], 2, 'whole number, 2 … 200, was 900'],
  [['backtest', 'wrong.yaml'], 2, 'wrong.yaml:1:19'],
  [['backtest', 'nothing.yaml'], 2, 'the deck does not exist'],
  [['backtest', 'sma-cross', '--data', 'nothing.csv'], 3, 'the file does not exist, was "nothing.csv"'],
  [['backtest', 'sma-cross', '--data', 'dirty.csv'], 3, 'so nothing was played'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--set', 'mode=live'], 4, 'the deck says mode live'],
  [
    ['backtest', 'sma-cross', '--data', 'sp500', '--quiet', '--runs', 'dirty.csv/x'],
    5,
    'the results cannot be written',
  ],
  [['why', 'nothing', '--date', '2020-01-02'], 2, 'there is no run or sweep "nothing"'],
  [['sweep', 'sma-cross', '--data', 'sp500', '--param', 'fast=5..9', '--param', 'fast=3..5'], 2, 'must be given once'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--param', 'fast=5', '--param', 'fast=3'], 2, 'must be given once'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--output', 'trades.xlsx'], 2, 'must end in .csv or .json'],
  [['sweep', 'sma-cross', '--data', 'sp500', '--param', 'fast=9..5/-1'], 2, 'a range is low..high, or low..high/step'],
  [['backtest', 'sma-cross', '--data', 'sp500', '--symbol', 'AAPL'], 2, 'there is no "symbols" here'],
  [['sweep', 'sma-cross', '--data', 'sp500', '--param', 'fast=5..9', '--engine', 'bulmq'], 2, 'did you mean "bullmq"?'],
  [['sweep', 'sma-cross', '--data', 'sp500', '--param', 'fast=5..9', '--redis', 'redis://h'], 2, 'add --engine bullmq'],
  [['worker'], 2, 'nobody said where sweep and workers meet'],
  [['worker', '--redis', 'redis://127.0.0.1:1', '--idle', '1'], 0, 'the exchange was not there in time'],
  [['worker', '--redis', 'http://h'], 2, 'an address is redis://host:port'],
  [['indicators', 'bolinger'], 2, 'did you mean "bollinger'],
  [['strategies', 'sma-corss'], 2, 'did you mean "sma-cross"?'],
])('%j ends with %i and says what to do', (args, code, words) => {
  const ended = tradedeck(...args);
  expect(ended.error).toContain(words);
  expect(ended.error).not.toContain('    at '); // A person's mistake has no stack.
  expect(ended.code).toBe(code);
  expect(ended.out).toBe('');
});

test('a backtest prints its summary, and leaves a folder with everything', () => {
  const { code, out, error } = tradedeck('backtest', 'sma-cross', '--data', 'sp500', '--output', 'out/trades.csv');
  expect(code).toBe(0);
  expect(error).toBe('');
  expect(out).toMatch(/Total return +\+32\.4%/);
  const folder = /run +(runs\/sma-cross-[0-9a-f]{12})\n/.exec(out)![1];
  expect(readdirSync(join(home, folder)).sort()).toEqual([
    'deck.yaml', 'equity.csv', 'journal.jsonl', 'metrics.json', 'report.html', 'round-trips.csv', 'run.json', 'timings.json', 'trades.csv', 'trades.json',
  ]); // prettier-ignore
  expect(readFileSync(join(home, 'out/trades.csv'), 'utf8')).toBe(
    readFileSync(join(home, folder, 'trades.csv'), 'utf8'),
  );
  expect(readFileSync(join(home, folder, 'report.html'), 'utf8')).toContain('<!doctype html>');
});

test('what is printed for programs is JSON alone, and quiet prints nothing', () => {
  const { out } = tradedeck('backtest', 'sma-cross', '--data', 'sp500', '--json', '--no-report');
  const result = json(out);
  expect(result).toMatchObject({ complete: true, report: null, trades: 69, simulated: false });
  expect((result['metrics'] as Record<string, number>)['totalReturn']).toBeCloseTo(0.3243, 4);
  expect(tradedeck('demo', '--quiet')).toEqual({ code: 0, out: '', error: '' });
});

test('a run that is not to be saved leaves nothing behind', () => {
  const before = readdirSync(home);
  const { code, out } = tradedeck('backtest', 'rsi-reversion', '--data', 'sp500', '--no-save', '--json');
  expect(code).toBe(0);
  expect(json(out)).toMatchObject({ complete: true, folder: null, report: null });
  expect(readdirSync(home)).toEqual(before);
  expect(readdirSync(join(home, 'runs')).filter((name) => name.startsWith('rsi'))).toEqual([]);
});

test('a run that did nothing says why', () => {
  const refused = tradedeck(
    'backtest',
    'buy-and-hold',
    '--data',
    'sp500',
    '--set',
    'limits.positionShare=0.3',
    '--no-save',
  );
  expect(refused.out).toMatch(/[\d,]+ orders were refused, mostly position\.share/);
  const poor = tradedeck('backtest', 'buy-and-hold', '--data', 'sp500', '--cash', '100', '--no-save');
  expect(poor.out).toContain('no order was ever sent');
});

test('a deck that is not there is answered with the one that was perhaps meant', () => {
  writeFileSync(join(home, 'meant.yaml'), '');
  const { code, error } = tradedeck('backtest', 'ment.yaml');
  expect(code).toBe(2);
  expect(error).toContain('did you mean "meant.yaml"?');
});

test('errors for programs are JSON too', () => {
  const { error } = tradedeck('backtest', 'wrong.yaml', '--json');
  expect(json(error)).toMatchObject({
    error: { exitCode: 2, faults: [{ code: 'strategy.unknown', line: 1, column: 19 }] },
  });
});

test('from outside its folder a strategy of one’s own is swept by threads, played on paper and verified', () => {
  expect(tradedeck('init', 'outside').code).toBe(0);
  const swept = tradedeck('sweep', 'outside/deck.yaml', '--param', 'period=20..30', '--workers', '2', '--json');
  expect(swept).toMatchObject({ code: 0, error: '' });
  const paper = tradedeck('paper', 'outside/deck.yaml', '--json', '--runs', 'outside-runs');
  expect(paper).toMatchObject({ code: 0, error: '' });
  const { folder } = JSON.parse(paper.out) as { folder: string };
  expect(tradedeck('verify', folder)).toMatchObject({ code: 0, error: '' });
});

test('from an empty folder to an explained day: init, backtest, why, report, journal', () => {
  expect(tradedeck('init', 'mine').code).toBe(0);
  const inside = (...args: string[]): Ended => typed(join(home, 'mine'), args);
  const played = inside('backtest', 'deck.yaml');
  expect(played).toMatchObject({ code: 0, error: '' });
  const folder = /run +(runs\/\S+)\n/.exec(played.out)![1];
  const trades = readFileSync(join(home, 'mine', folder, 'trades.csv'), 'utf8').split('\n');
  const entry = trades[1].split(',')[2].slice(0, 10);
  expect(inside('why', 'last', '--date', entry).out).toContain('filled');
  expect(inside('why', 'last', '--date', '2001-09-12').out).toContain('XNYS had no session on that day');
  expect(inside('why', 'last', '--date', '2000-01-10').out).toContain('bars of warm-up');
  expect(inside('why', 'last', '--date', '2035-06-01').error).toContain('the run goes from 2000-01-03 to 2020-04-17');
  writeFileSync(
    join(home, 'mine', 'weekly.ts'),
    `import { defineStrategy } from 'tradedeck';
export default defineStrategy({ name: 'weekly', setup: ({ assets }) => (assets[0].barsOf('1w'), { onBar() {} }) });
`,
  );
  const weekly = inside('backtest', 'weekly.ts', '--data', 'sp500', '--end', '2000-01-31').out;
  const asked = inside('why', /run +(runs\/\S+)\n/.exec(weekly)![1], '--date', '2000-01-06').out;
  expect(asked).toContain('the strategy was not called: it waits for the first complete bar of 1w');
  writeFileSync(
    join(home, 'mine', 'lever.ts'),
    `import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'lever',
  setup: ({ targetPercent, position }) => ({ onBar: () => void (position.isFlat && targetPercent(3.9)) }),
});
`,
  );
  const span = ['--data', 'sp500', '--start', '2008-09-02', '--end', '2008-12-31'];
  const lever = inside('backtest', 'lever.ts', ...span, '--set', 'account={ type: leverage, leverage: 4 }').out;
  expect(lever).toMatch(
    /of fees, with −[\d,.]+ of interest\n[^]* {2}The account was called for margin [\w ]+, and what/,
  );
  const levered = /run +(runs\/\S+)\n/.exec(lever)![1];
  const calls = readFileSync(join(home, 'mine', levered, 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"marginCall"'))
    .map((line) => new Date((JSON.parse(line) as { at: number }).at / 1000).toISOString().slice(0, 10));
  const told = inside('why', levered, '--date', calls[0]).out;
  expect(told).toMatch(/marginCall {2}equity [\d,.]+, [\d,.]+ must be kept/);
  expect(told).toMatch(/cash {2}−[\d.,]+ {2}“debit interest”/);
  expect(told).toContain('a margin call closed it, or a part of it');
  expect(inside('report', 'my-strategy')).toMatchObject({ code: 0, out: `${folder}/report.html\n` });
  const before = readFileSync(join(home, 'mine', folder, 'report.html'), 'utf8');
  expect(inside('report', 'last', '--again').code).toBe(0);
  expect(readFileSync(join(home, 'mine', folder, 'report.html'), 'utf8')).toBe(before);
  expect(inside('journal', folder).out).toContain('whole: ');
  const { code: refused, error: noSession } = inside('verify', folder);
  expect(refused).toBe(2);
  expect(noSession).toContain('this is the run of a backtest, and no session');
  expect(noSession).toContain(`tradedeck journal verify ${folder}`);
  const journal = join(home, 'mine', folder, 'journal.jsonl');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('"quantity":', '"quantity":1'));
  expect(inside('journal', folder)).toMatchObject({ code: 1 });
  const meant = inside('journal', 'verfy', folder);
  expect(meant).toMatchObject({ code: 2 });
  expect(meant.error).toContain('tradedeck journal has no command "verfy"');
  expect(meant.error).toContain('did you mean "verify"?');
  expect(tradedeck('init', 'mine')).toMatchObject({ code: 2 });
});

test('Ctrl-C stops a run cleanly: what was played is written and called incomplete', async () => {
  const child = spawn(process.execPath, [COMMAND, 'backtest', 'slow.ts', '--data', 'sp500'], { cwd: home });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    if (error === '') child.kill('SIGINT');
    error += chunk.toString();
  });
  const code = await new Promise((done) => child.on('exit', done));
  expect(code).toBe(130);
  expect(error).toContain('stopped after');
  const folder = /run +(runs\/slow-[0-9a-f]{12}-stopped)\n/.exec(out)![1];
  expect(json(readFileSync(join(home, folder, 'run.json'), 'utf8'))).toMatchObject({ complete: false });
  expect(existsSync(join(home, folder, 'report.html'))).toBe(true);
  expect(tradedeck('journal', folder).code).toBe(0);
});

test('dirty data are found with file, row and value, and the code says so', () => {
  const { code, out } = tradedeck('data', 'check', 'dirty.csv');
  expect(code).toBe(1);
  expect(out).toContain('dirty.csv:3');
  expect(out).toContain('dirty.csv:4');
  expect(tradedeck('data', 'compare', 'dirty.csv', 'dirty.csv')).toMatchObject({ code: 0 });
});

test('a look-ahead check says what it proved', () => {
  const { code, out } = tradedeck('check-lookahead', 'sma-cross', '--cuts', '10');
  expect(code).toBe(0);
  expect(out).toContain('no look-ahead');
  expect(out).toMatch(/history +sma\(50\): 64 bars/);
});

test('the schema, the version, the doctor and the completion are printed', () => {
  expect(tradedeck('schema').out).toBe(readFileSync('schema/deck.schema.json', 'utf8'));
  expect(tradedeck('version').out).toBe(tradedeck('--version').out);
  expect(tradedeck('doctor').code).toBe(0);
  expect(tradedeck('completion', 'bash').out).toContain('complete -o filenames');
});

test('runs are listed, shown, compared and deleted by the beginning of their id', () => {
  const ids = ['7', '8'].map((fast) => {
    const flags = ['--data', 'sp500', '--param', `fast=${fast}`, '--runs', 'kept', '--json', '--no-report'];
    return json(tradedeck('backtest', 'sma-cross', ...flags).out)['id'] as string;
  });
  const [first, second] = ids as [string, string];
  const listed = tradedeck('runs', 'ls', '--runs', 'kept', '--where', 'fast >= 7', '--sort', 'fast', '--json');
  expect((JSON.parse(listed.out) as { id: string }[]).map(({ id }) => id)).toEqual(ids);
  expect(tradedeck('runs', 'show', first.slice(0, 8), '--runs', 'kept').out).toContain('fast 7, slow 50');
  const compared = tradedeck('runs', 'compare', first, second, '--runs', 'kept', '--output', 'compared.html');
  expect(compared.out).toMatch(/strategy\.parameters\.fast +7 +8\n/);
  expect(readFileSync(join(home, 'compared.html'), 'utf8')).toContain('What one unit of money became');
  expect(tradedeck('runs', 'compare', first, first, '--runs', 'kept').code).toBe(2);
  expect(tradedeck('runs', 'rm', first, 'nothing', '--runs', 'kept').code).toBe(2);
  expect(tradedeck('runs', 'rm', first, '--runs', 'kept').out).toContain('deleted kept/sma-cross-');
  expect(tradedeck('runs', 'show', first, '--runs', 'kept').error).toContain('there is no run');
  const tail = tradedeck('journal', 'tail', second, '--runs', 'kept', '--kind', 'filled', '--lines', '3');
  expect(tail.out.trimEnd().split('\n')).toHaveLength(4);
  expect(tradedeck('journal', second, '--runs', 'kept').out).toContain('whole: ');
  const again = tradedeck('backtest', 'sma-cross', '--data', 'sp500', '--param', 'fast=9', '--runs', 'kept');
  expect(again.out).toContain('these data have been tried 2 times before, in 2 runs');
});
