/** Sessions as a person plays them: to the end, stopped, killed, damaged, commanded while they run, and verified. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { askSession } from '../../src/desk/session/control.ts';
import { COMMAND, typed } from './typed.ts';

const home = mkdtempSync(join(tmpdir(), 'tradedeck-session-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const tradedeck = (...args: string[]) => typed(home, args);

/** What a strategy with all its money in one thing needs of a session; a backtest then has the same. */
const LIMITS = 'limits: { orderShare: 1, positionShare: 1, dayLoss: off, drawdown: 0.9 }\n';

/** What is read of a run's figures. */
interface Figures {
  readonly totalReturn: { readonly value: number; readonly benchmark: number };
}

/** A deck in a folder of runs of its own; the runs of the tests do not see each other. */
function deck(name: string, strategy = 'rsi-reversion'): string {
  const file = join(home, `${name}.yaml`);
  writeFileSync(
    file,
    `name: ${name}\nstrategy: { name: ${strategy} }\ntape: { source: sp500, start: 2015-01-01 }\noutput: { folder: ${name} }\n${LIMITS}`,
  );
  return file;
}

function sessionIn(name: string): string {
  const [folder] = readdirSync(join(home, name)).filter((entry) => entry.startsWith(`${name}-`));
  return join(home, name, folder);
}

/** Starts a slow session and waits until it has written something. */
async function started(name: string) {
  const child = spawn(process.execPath, [COMMAND, 'paper', deck(name), '--speed', '10000000x'], { cwd: home });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const isRunning = (): boolean => existsSync(join(home, name)) && existsSync(join(sessionIn(name), 'control.json'));
  await expect.poll(isRunning).toBe(true);
  const records = async (): Promise<number> => (await askSession(sessionIn(name), { ask: 'status' })).status.records;
  await expect.poll(records).toBeGreaterThan(40);
  return { child, ended };
}

test('a future ends on paper as in a backtest, `why` says so, and the journal verifies', () => {
  const file = join(home, 'ending.yaml');
  const terms = 'margin: { initial: 500, maintenance: 400 }, future: { root: ES, expiry: 2024-03-15 }';
  writeFileSync(
    file,
    `name: ending\nstrategy: { name: buy-and-hold }\noutput: { folder: ending }\n${LIMITS}` +
      `tape: { source: simulated, symbols: [ESH24], calendar: CMES, start: 2024-03-01, end: 2024-03-20 }\n` +
      `instruments: { ESH24: { tick: 0.25, multiplier: 5, ${terms} } }\n`,
  );
  expect(tradedeck('paper', file, '--quiet').code).toBe(0);
  const verified = JSON.parse(tradedeck('verify', sessionIn('ending'), '--json').out) as Record<string, unknown>;
  expect(verified).toMatchObject({ verified: true, backtest: { entries: verified['entries'] } });
  expect(tradedeck('backtest', file, '--quiet').code).toBe(0);
  const runs = readdirSync(join(home, 'ending')).filter((entry) => entry.startsWith('ending-'));
  const journals = runs.map((entry) => readFileSync(join(home, 'ending', entry, 'journal.jsonl'), 'utf8'));
  expect(journals).toHaveLength(2);
  // The heads name what was played; the entries are the same.
  const [paper, backtest] = journals.map((text) => text.split('\n').slice(1).map(withoutHash));
  expect(paper).toEqual(backtest);
  const [settled] = paper.filter((line) => line.includes('"kind":"settled"'));
  const { at, text } = JSON.parse(settled) as { at: number; text: string };
  expect([at, text]).toEqual([
    Date.parse('2024-03-15T22:00Z') * 1000,
    expect.stringMatching(/^expired, settled at \d/),
  ]);
  for (const run of runs) {
    const { out } = tradedeck('why', join(home, 'ending', run), '--date', '2024-03-15');
    expect(out).toContain(`it came to its end: ${text}`);
    expect(readFileSync(join(home, 'ending', run, 'trades.csv'), 'utf8')).toContain(`"${text}"`);
    expect(readFileSync(join(home, 'ending', run, 'report.html'), 'utf8')).toContain('later than its last session');
  }
}, 60_000);

const withoutHash = (line: string): string => line.replace(/,"hash":"[0-9a-f]+"/, '');

test('I24 a session on paper leaves the same entries as a backtest, and its journal verifies', () => {
  const { code } = tradedeck('paper', deck('whole'), '--quiet');
  expect(code).toBe(0);
  const verified = tradedeck('verify', sessionIn('whole'), '--json');
  expect(verified.code).toBe(0);
  const found = JSON.parse(verified.out) as Record<string, unknown>;
  expect(found).toMatchObject({ verified: true, over: true, mode: 'paper' });
  expect(found['backtest']).toEqual({ entries: found['entries'] });
  const backtest = tradedeck('backtest', deck('whole'), '--quiet');
  expect(backtest.code).toBe(0);
  const journals = readdirSync(join(home, 'whole'))
    .filter((entry) => entry.startsWith('whole-'))
    .map((entry) => readFileSync(join(home, 'whole', entry, 'journal.jsonl'), 'utf8'));
  expect(journals).toHaveLength(2);
  expect(journals[0]).toBe(journals[1]);
});

test('a session that is over is only played again when that is said, and what was is kept', () => {
  tradedeck('paper', deck('again'), '--quiet');
  const refused = tradedeck('paper', deck('again'));
  expect(refused.code).not.toBe(0);
  expect(refused.error).toContain('--again');
  expect(tradedeck('paper', deck('again'), '--again', '--quiet').code).toBe(0);
  expect(existsSync(join(sessionIn('again'), 'session.1', '000001.jnl'))).toBe(true);
});

test('a session that was killed goes on from its journal, to the same end as one that was not', async () => {
  const { child, ended } = await started('killed');
  // While it runs, its journal answers why; so it does once the process is gone.
  const running = tradedeck('why', sessionIn('killed'), '--date', '2015-01-29', '--json');
  child.kill('SIGKILL');
  await ended;
  const gone = tradedeck('why', sessionIn('killed'), '--date', '2015-01-29', '--json');
  expect(running.error).toBe('');
  expect(gone.out).toBe(running.out);
  const day = JSON.parse(gone.out) as { instruments: { symbol: string; bars: number; verdict: string }[] };
  expect(day.instruments).toMatchObject([{ symbol: 'SPX', bars: 1, verdict: expect.stringMatching(/called/) }]);
  const newest = tradedeck('why', sessionIn('killed'));
  expect(newest.out).toMatch(/^rsi-reversion on 2015-/);
  const resumed = tradedeck('paper', deck('killed'));
  expect(resumed.error).toContain('records were replayed');
  expect(resumed.code).toBe(0);
  const verified = JSON.parse(tradedeck('verify', sessionIn('killed'), '--json').out) as Record<string, unknown>;
  expect(verified).toMatchObject({ verified: true, over: true });
  expect(verified['backtest']).toEqual({ entries: verified['entries'] });
});

test('a session that runs is looked at, halted and stopped; the halt survives', async () => {
  const { child, ended } = await started('told');
  const folder = sessionIn('told');
  const again = tradedeck('paper', deck('told'));
  expect([again.code, again.error]).toEqual([4, expect.stringContaining('plays this session already')]);
  expect(tradedeck('status', folder).out).toContain('PAPER');
  const halted = tradedeck('halt', folder, '--reason', 'drill', '--json');
  expect(JSON.parse(halted.out)).toMatchObject({ state: 'halted' });
  expect(tradedeck('freeze', folder, '--symbol', 'SPXX').error).toContain('no symbol "SPXX"');
  const frozen = tradedeck('freeze', folder, '--symbol', 'SPX', '--reason', 'a look', '--json');
  expect(JSON.parse(frozen.out)).toMatchObject({ frozen: { SPX: expect.stringContaining('a look') } });
  expect(JSON.parse(tradedeck('unfreeze', folder, '--symbol', 'SPX', '--json').out)).toMatchObject({ frozen: {} });
  const wrong = tradedeck('cancel', folder, '--order', '99999');
  expect(wrong.error).toContain('no order 99999 works');
  child.kill('SIGTERM');
  expect(await ended).toBe(130);
  const { code, out } = tradedeck('paper', deck('told'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ complete: true });
  const journal = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  const after = journal.slice(journal.indexOf('halted: drill'));
  expect(after).toContain('state.halted');
  expect(after).not.toContain('"kind":"submitted"');
  const verified = tradedeck('verify', folder);
  expect([verified.code, verified.out]).toEqual([
    0,
    expect.stringMatching(/not played as a backtest: 3 commands, halts or/),
  ]);
  expect(tradedeck('status', folder).error).toContain('this session is over, or was stopped');
  // What a person told it changes what was traded, and not what the benchmark did meanwhile.
  expect(tradedeck('backtest', deck('told'), '--quiet').code).toBe(0);
  const [first, second] = readdirSync(join(home, 'told'))
    .filter((entry) => entry.startsWith('told-'))
    .map((entry) => JSON.parse(readFileSync(join(home, 'told', entry, 'metrics.json'), 'utf8')) as Figures);
  expect(first.totalReturn.value).not.toBe(second.totalReturn.value);
  expect(first.totalReturn.benchmark).toBe(second.totalReturn.benchmark);
});

test('LF-23 a byte that was changed in the middle of a journal is found, and its record is named', () => {
  tradedeck('paper', deck('damaged'), '--quiet');
  const file = join(sessionIn('damaged'), 'session', '000001.jnl');
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  writeFileSync(file, bytes);
  const { code, error } = tradedeck('verify', sessionIn('damaged'));
  expect(code).toBe(1);
  expect(error).toMatch(/000001\.jnl: record \d+ at byte \d+/);
});

test('LF-22 a tail that was torn is put aside, and the session goes on before it', () => {
  tradedeck('paper', deck('torn'), '--quiet');
  const file = join(sessionIn('torn'), 'session', '000001.jnl');
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, bytes.length - 7));
  expect(tradedeck('verify', sessionIn('torn')).out).toContain('torn tail');
  expect(tradedeck('paper', deck('torn'), '--quiet').code).toBe(0);
  expect(readdirSync(join(sessionIn('torn'), 'session')).some((name) => name.includes('.torn-'))).toBe(true);
  expect(tradedeck('verify', sessionIn('torn')).code).toBe(0);
});

test('a deck that says another mode is not played on paper', () => {
  for (const [mode, words] of [
    ['live', 'was to be played as paper'],
    ['backtest', 'tradedeck backtest'],
  ]) {
    const file = deck(`mode-${mode}`);
    writeFileSync(file, `${readFileSync(file, 'utf8')}mode: ${mode}\n`);
    const { code, error } = tradedeck('paper', file);
    expect(code, mode).toBe(4);
    expect(error).toContain(words);
  }
});

test('what can never trade on its tape is refused before there is a session', () => {
  const span = ['--start', '2015-01-01', '--end', '2015-03-31', '--param', 'priceMax=1'];
  const { code, error } = tradedeck('paper', join(process.cwd(), 'decks/csp.yaml'), ...span);
  expect(code).not.toBe(0);
  expect(error).toContain('priceMax (1) can never be met: no put of the tape is on an underlying below');
});

test('a speed that is none is refused with its rule and value', () => {
  const { code, error } = tradedeck('paper', deck('speed'), '--speed', 'fast');
  expect(code).toBe(2);
  expect(error).toContain('--speed');
  expect(error).toContain('"fast"');
});
