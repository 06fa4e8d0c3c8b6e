/**
 * S19 to S22: what a supervisor does with processes that lie, are silent, shout, or are not what they were. The processes
 * are real; what they say is written here.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import type { AskedInput, SessionHead } from '../../../src/engine/live/index.ts';
import { StrategyLog } from '../../../src/desk/sandbox/strategy-log.ts';
import { Supervisor, type SupervisorParts } from '../../../src/desk/sandbox/supervisor.ts';

const base = mkdtempSync(join(tmpdir(), 'tradedeck-supervisor-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Answers what it is asked; `does` is done with each input first. */
function scriptThat(does: string): string {
  const file = join(base, `${++scripts}.js`);
  writeFileSync(
    file,
    `
const { writeSync, readFileSync } = require('node:fs');
const line = (value) => writeSync(1, (typeof value === 'string' ? value : JSON.stringify(value)) + '\\n');
const code = { strategy: 's', engine: 'e' };
let rest = '';
process.stdin.on('data', (bytes) => {
  rest += bytes;
  for (let end = rest.indexOf('\\n'); end >= 0; end = rest.indexOf('\\n')) {
    const told = JSON.parse(rest.slice(0, end));
    rest = rest.slice(end + 1);
    if (told.do === 'begin') line({ say: 'ready', protocol: 1, name: 'odd', code });
    if (told.do === 'end') { line({ say: 'state', piece: 0, of: 2, text: 'le' }); line({ say: 'state', piece: 1, of: 2, text: 'ft' }); process.exit(0); }
    if (told.do !== 'take') continue;
    const { seq } = told;
    const notes = ['note ' + seq];
    let answer = { say: 'took', seq, notes };
    ${does}
    line(answer);
  }
});
process.stdin.on('end', () => process.exit(0));
`,
  );
  return file;
}

let scripts = 0;
const HEAD = { code: { strategy: 's', engine: 'e' } } as SessionHead; // Of the head the supervisor reads the hashes alone.
const running: Supervisor[] = [];
afterEach(() => {
  for (const each of running.splice(0)) each.close();
});

function supervisorOf(does: string, more: Partial<SupervisorParts> = {}) {
  const script = scriptThat(does);
  const answers: Omit<AskedInput, 'at'>[] = [];
  const stops: (readonly [why: string, isFinal: boolean])[] = [];
  let backs = 0;
  const log = join(base, `${scripts}.log`);
  const supervisor = new Supervisor({
    begin: { head: HEAD, folder: base, strategy: 0, decisionLifeUs: 1, state: null },
    name: 'odd',
    launch: () => ({ command: process.execPath, args: [script], guards: [] }),
    spool: join(base, `${scripts}.told`),
    log,
    answerMs: 10_000,
    requestsPerSecond: 50,
    onAnswer: (answer) => void answers.push(answer),
    onStop: (why, isFinal) => void stops.push([why, isFinal]),
    onBack: () => void backs++,
    ...more,
  });
  running.push(supervisor);
  let seq = 0;
  const tell = (count = 1): void => {
    for (let each = 0; each < count; each++) {
      seq++;
      supervisor.tell({ strategy: 0, seq, input: { kind: 'tick', at: seq * 1000 } });
    }
  };
  return { supervisor, answers, stops, tell, log, backs: () => backs };
}

test('everything that is told is answered, in order, and what it leaves comes whole', async () => {
  const { supervisor, answers, tell, stops } = supervisorOf('');
  tell(1000);
  supervisor.start();
  tell(1000);
  await supervisor.settled();
  expect(answers.map(({ seq }) => seq)).toEqual(Array.from({ length: 2000 }, (_, at) => at + 1));
  expect(answers[7]).toEqual({ kind: 'asked', strategy: 0, seq: 8, decidedAt: 8000, requests: [], notes: ['note 8'] });
  expect(supervisor.status).toMatchObject({ state: 'running', answered: 2000, backlog: 0, restarts: 0 });
  expect(await supervisor.end()).toBe('left');
  expect(stops).toEqual([]);
});

test('one that is killed is told all again, held to its answers, and goes on where it was', async () => {
  const { supervisor, answers, tell, stops, backs } = supervisorOf('');
  supervisor.start();
  tell(500);
  await supervisor.settled();
  process.kill(supervisor.status.pid!, 'SIGKILL');
  await expect.poll(() => stops).toHaveLength(1);
  tell(5);
  await supervisor.settled();
  expect(stops).toEqual([['it was ended by SIGKILL', false]]);
  expect(answers.map(({ seq }) => seq)).toEqual(Array.from({ length: 505 }, (_, at) => at + 1));
  expect(backs()).toBe(2);
});

test('one that answers otherwise than before is not deterministic, and stays stopped', async () => {
  const { supervisor, answers, tell, stops } = supervisorOf('if (seq === 3) answer.notes = [String(process.pid)];');
  supervisor.start();
  tell(10);
  await supervisor.settled();
  process.kill(supervisor.status.pid!, 'SIGKILL');
  await expect.poll(() => stops).toHaveLength(2);
  await supervisor.settled();
  expect(stops[1]).toEqual(['told the same it answered 3 otherwise than before: it is not deterministic', true]);
  expect(answers).toHaveLength(10);
});

test('answers of the journal count as its own: a session that goes on holds it to them', async () => {
  const { supervisor, answers, tell } = supervisorOf('');
  supervisor.recall({ kind: 'asked', at: 1, strategy: 0, seq: 1, decidedAt: 1, requests: [], notes: ['note 1'] });
  supervisor.recall({ kind: 'asked', at: 2, strategy: 0, seq: 2, decidedAt: 2, requests: [], notes: ['note 2'] });
  tell(3);
  supervisor.start();
  await supervisor.settled();
  expect(answers.map(({ seq }) => seq)).toEqual([3]);
});

test('one that ends again and again is started three times more, and a person may start it anew', async () => {
  const { supervisor, tell, stops } = supervisorOf('process.exit(3);');
  supervisor.start();
  tell();
  await supervisor.settled();
  expect(stops.map(([, isFinal]) => isFinal)).toEqual([false, false, false, true]);
  expect(supervisor.status).toMatchObject({ state: 'stopped', why: 'it ended with code 3', restarts: 3, pid: null });
  supervisor.revive();
  await supervisor.settled();
  expect(stops).toHaveLength(8);
});

test('LF-26 one that does not answer is ended', async () => {
  const { supervisor, tell, stops } = supervisorOf('if (seq === 2) for (;;);', { answerMs: 2000 });
  supervisor.start();
  tell(2);
  await supervisor.settled();
  expect(stops.at(-1)).toEqual(['it gave no answer to input 2 within 2 s', true]);
});

test('one that falls more than 20,000 inputs behind is stopped, told all again, and goes on where it was', async () => {
  const { supervisor, tell, stops } = supervisorOf('answer = { say: "took", seq };', { answerMs: 60_000 });
  supervisor.start();
  tell();
  await supervisor.settled();
  // As fast as this nothing is read meanwhile.
  tell(20_000);
  expect(stops).toEqual([]);
  tell();
  expect(stops).toEqual([['it is 20001 inputs behind', false]]);
  await supervisor.settled();
  expect(supervisor.status).toMatchObject({ state: 'running', answered: 20_002, backlog: 0, restarts: 1 });
});

test('LF-51 one that asks for a thousand things in a second is stopped for good at the fifty-first', async () => {
  const ask =
    "answer.requests = Array.from({ length: 10 }, (_, i) => ({ kind: 'lookup', clientId: 'a' + i, order: i }));";
  const { supervisor, answers, tell, stops } = supervisorOf(ask);
  supervisor.start();
  tell(100);
  await supervisor.settled();
  expect(answers).toHaveLength(5);
  expect(stops).toEqual([['it asked for more than 50 things in a second', true]]);
});

test.each([
  ['a message of a megabyte', "line('x'.repeat(1_000_000));", 'a line has more than 65536 bytes'],
  ['an answer to nothing', "line({ say: 'took', seq: 9 });", 'it answered 9, and was asked 1'],
  ['the key of the language', 'line(\'{"say":"took","seq":1,"__proto__":{}}\');', 'a message has the key __proto__'],
  ['another strategy’s number', "line({ say: 'took', seq, strategy: 1 });", 'a message is not one that may be said'],
  ['that it is ready once more', "line({ say: 'ready', protocol: 1, name: 'odd', code });", 'it was ready before'],
  ['a state that nobody asked for', "line({ say: 'state', piece: 0, of: 1, text: '' });", 'it was not asked for this'],
])('S20 one that says %s is ended', async (_, does, why) => {
  const { supervisor, answers, tell, stops } = supervisorOf(does);
  supervisor.start();
  tell();
  await expect.poll(() => stops.length).toBeGreaterThan(0);
  expect(stops[0][0]).toContain(why);
  expect(answers).toEqual([]);
});

test('LF-42 S22 one of another code, or whose code has changed, is refused with both hashes', async () => {
  const head = { code: { strategy: 'other', engine: 'e' } } as SessionHead;
  const begin = { head, folder: base, strategy: 0, decisionLifeUs: 1, state: null };
  const { supervisor, stops, answers, tell } = supervisorOf('', { begin });
  supervisor.start();
  tell();
  await supervisor.settled();
  expect(stops).toEqual([["the strategy's code is another: the desk has other, its process s", true]]);
  expect(answers).toEqual([]);
  const changed = supervisorOf('', {
    launch: () => {
      throw new Fault('sandbox.other-code', 'the code has changed: a, b');
    },
  });
  changed.supervisor.start();
  expect(changed.stops).toEqual([['the code has changed: a, b', true]]);
});

test('S14 S21 what it prints is labelled, shown and cut, and looks like no line of the desk', async () => {
  const does =
    "if (seq === 1) process.stderr.write('a\\u001b]0;x\\u0007b\\ndesk| stopped: by nobody\\n' + 'y'.repeat(9000) + '\\n');";
  const { supervisor, tell, log } = supervisorOf(does);
  supervisor.start();
  tell();
  await supervisor.settled();
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('yyyy');
  await supervisor.end();
  const lines = readFileSync(log, 'utf8').split('\n');
  expect(lines).toContain('strategy odd| a\\u001b]0;x\\u0007b');
  expect(lines).toContain('strategy odd| desk| stopped: by nobody');
  expect(lines.filter((each) => each.startsWith('desk| stopped'))).toEqual([]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(4200);
});

test('S19 the rest of a line that is too long is left out, in however many pieces it comes', () => {
  const path = join(base, 'pieces.log');
  const log = new StrategyLog(path, 'strategy odd');
  const pieces = ['a'.repeat(5000), 'b'.repeat(70_000), '', 'ü'.repeat(10), 'c\nnext', ' line\nlast\n'];
  for (const piece of pieces) log.print(Buffer.from(piece));
  log.close();
  const [long, ...rest] = readFileSync(path, 'utf8').split('\n');
  expect(long).toBe(`strategy odd| ${'a'.repeat(4096)} …`);
  expect(rest).toEqual(['strategy odd| next line', 'strategy odd| last', '']);
});

test('S19 one that prints without end waits for its log, does not answer, and is ended; the log stays small', async () => {
  const does = "if (seq === 1) for (;;) writeSync(2, 'z'.repeat(100_000) + '\\n');";
  const { supervisor, tell, log, stops } = supervisorOf(does, { answerMs: 500 });
  supervisor.start();
  tell();
  await supervisor.settled();
  expect(stops.at(-1)![1]).toBe(true);
  expect(statSync(log).size).toBeLessThan(11 * 2 ** 20);
});
