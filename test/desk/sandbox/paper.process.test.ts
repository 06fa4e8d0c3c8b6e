/**
 * LF-26 and S19 to S22 on a recorded tape with real processes: strategies that do what none should, in a process of their
 * own. The session goes on to its end, its books hold, and its journal proves it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { afterAll, expect, test, vi } from 'vitest';
import type { DeckConfig } from '../../../src/desk/config/schema.ts';
import { readDeck } from '../../../src/desk/config/read.ts';
import { JOURNAL_FOLDER } from '../../../src/desk/session/journal-folder.ts';
import { readSession } from '../../../src/adapters/session-files/index.ts';
import { headOf, verifySession } from '../../../src/engine/live/index.ts';
import { sessionOf } from '../../../src/desk/session/options.ts';
import { OwnProcess } from '../../../src/desk/session/own-process.ts';
import { ProcessRecord, replayedProcess } from '../../../src/desk/session/replayed-process.ts';
import { playPaper, type PlayedSession } from '../../../src/desk/session/play.ts';
import { verifyStored } from '../../../src/desk/session/verify.ts';
import { STRATEGY_LOG } from '../../../src/desk/sandbox/strategy-log.ts';
import { dockerImage } from './docker-image.ts';
import { hasBubblewrap } from './walls.ts';
import { toolPath } from '../../../src/desk/sandbox/launch/rlimits.ts';

const base = mkdtempSync(join(tmpdir(), 'tradedeck-own-process-'));
// For what is loaded into this process, which no command has started.
mkdirSync(join(base, 'node_modules'));
symlinkSync(resolve('.'), join(base, 'node_modules/tradedeck'), 'dir');
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Buys one every tenth bar and sells it five bars later; at the hundredth bar it does what it is told here. */
function strategyThat(does: string): string {
  return `
import { defineStrategy } from 'tradedeck';
const held = [];
export default defineStrategy({
  name: 'odd',
  setup({ buy, sell, bars }) {
    let count = 0;
    return {
      onBar() {
        count++;
        if (count === 100) { ${does} }
        if (count % 10 === 0) buy(1, 'tenth');
        if (count % 10 === 5) sell(1, 'fifth');
      },
    };
  },
});
`;
}

let decks = 0;

function deckOf(does: string, process: string): { config: DeckConfig; folder: string } {
  const folder = join(base, `deck-${++decks}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'odd.ts'), strategyThat(does));
  const text = [
    'name: odd',
    `strategy: { file: odd.ts, process: ${process} }`,
    'tape: { source: sp500, start: 2019-01-01, end: 2019-12-31 }',
    'output: { folder: runs, report: false }',
  ].join('\n');
  return { config: readDeck(text, 'deck.yaml'), folder };
}

const play = ({ config, folder }: { config: DeckConfig; folder: string }): Promise<PlayedSession> =>
  playPaper(config, {
    deckFolder: folder,
    base: folder,
    output: { isTerminal: false, write: () => undefined },
    stop: { isStopped: false },
    now: () => performance.now(),
    speed: Infinity,
    isAgain: false,
  });

const logOf = ({ folder }: PlayedSession): string => readFileSync(join(folder, STRATEGY_LOG), 'utf8');
const verify = ({ folder }: PlayedSession, deckFolder: string) =>
  verifyStored(join(folder, JOURNAL_FOLDER), deckFolder, false);

/** Orders by when they were sent, and fills. */
const tradesOf = ({ run }: PlayedSession) =>
  run.result.fills.map(({ at, quantity, price }) => ({ at, quantity, price }));

const image = dockerImage();
const DOCKER = `{ launcher: docker, image: '${image}', answerSeconds: 10 }`;
const LAUNCHERS = ['process', ...(hasBubblewrap ? ['bubblewrap'] : []), ...(image === undefined ? [] : [DOCKER])];

test.each(LAUNCHERS)('a strategy behind %s trades as one in the session’s own process does', async (launcher) => {
  const here = await play(deckOf('', 'none'));
  const deck = deckOf('', launcher);
  const there = await play(deck);
  expect(tradesOf(there).length).toBeGreaterThan(40);
  expect(tradesOf(there)).toEqual(tradesOf(here));
  expect(await verify(there, deck.folder)).toMatchObject({
    divergence: undefined,
    isOver: true,
    strategy: { difference: undefined },
  });
  // What it knew at the end is what the next session's process begins with.
  const { texts } = readSession(join(there.folder, JOURNAL_FOLDER));
  const head = headOf(texts[0], 'journal');
  const { session, loaded } = await sessionOf(head, deck.folder);
  const record = new ProcessRecord(head);
  expect(verifySession(session, texts.slice(1), record.heard)).toBeUndefined();
  const { state } = (await replayedProcess(head, loaded.strategy, deck.folder, record))!;
  const next = { ...head, process: { ...head.process!, restored: state! } };
  const own = OwnProcess.of({
    head: next,
    strategy: loaded.strategy,
    deckFolder: deck.folder,
    folder: there.folder,
    now: () => 0,
  })!;
  const start = { strategy: 0, seq: 1, input: { kind: 'start', at: session.at } } as const;
  expect(await own.replay([start], [])).toBeUndefined();
  own.close();
});

/** What a strategy may not do, and what the log says of its end. */
const ODD: readonly (readonly [what: string, does: string, why: RegExp, isFinal: boolean])[] = [
  ['throws', "throw new Error('no such thing');", /it failed: no such thing/, false],
  [
    'asks for too much',
    'for (let i = 0; i < 100; i++) buy(1, { limit: 1 + i });',
    /more than 50 things in a second/,
    true,
  ],
];

test.each(ODD)('a strategy that %s is stopped, and its session goes on', async (_, does, why, isFinal) => {
  const deck = deckOf(does, 'process');
  const played = await play(deck);
  expect(logOf(played)).toMatch(why);
  expect(logOf(played).match(/started as process/g)).toHaveLength(isFinal ? 1 : 4);
  expect(played.isComplete).toBe(true);
  // It traded until then, and not after.
  expect(tradesOf(played)).toHaveLength(18);
  expect(await verify(played, deck.folder)).toMatchObject({ divergence: undefined, isOver: true });
});

test.runIf(image !== undefined)('a container whose strategy throws is started again, and none is left', async () => {
  const deck = deckOf("throw new Error('no such thing');", DOCKER);
  const played = await play(deck);
  expect(logOf(played).match(/started as process/g)).toHaveLength(4);
  expect(logOf(played)).not.toContain('Conflict');
  expect(played.isComplete).toBe(true);
  expect(tradesOf(played)).toHaveLength(18);
  const docker = toolPath('docker')!;
  const names = (): string =>
    spawnSync(
      docker,
      ['ps', '--all', '--format', '{{.Names}}', '--filter', `name=tradedeck-strategy-${process.pid}-`],
      {
        encoding: 'utf8',
      },
    ).stdout;
  await vi.waitFor(() => expect(names()).toBe(''), { timeout: 20_000 });
});

test.runIf(image !== undefined)(
  'a container that cannot begin is told in words, and nothing is written of it',
  async () => {
    const deck = deckOf('', `{ launcher: docker, image: 'tradedeck-no-such-image:test' }`);
    await expect(play(deck)).rejects.toThrow('tradedeck-no-such-image:test');
  },
);
