/** A tape that is read slice by slice is cut, looked into and checked as the same tape in one piece is. */
import { describe, expect, test } from 'vitest';
import { Deck } from '../../src/engine/deck.ts';
import { lookaheadSubject } from '../../src/desk/run/lookahead-subject.ts';
import { outlineOf, playUntil } from '../../src/desk/run/play-until.ts';
import { deckOptionsOf, loadRun, type LoadedRun } from '../../src/desk/run/run.ts';
import { cutTape } from '../../src/desk/run/span.ts';
import type { LongTape } from '../../src/desk/wiring/tapes.ts';
import { sliceColumns, type BarColumns } from '../../src/market/columns.ts';
import type { RecordedTape, StreamSlice, TapeSlice } from '../../src/market/tape.ts';
import { checkHistory } from '../../src/research/history.ts';
import { checkLookahead } from '../../src/research/lookahead.ts';
import { longestOf } from '../../src/research/tape-parts.ts';

/** Rows of a slice: few, so that the tape has many. */
const ROWS = 97;

async function loaded(): Promise<LoadedRun & { readonly tape: RecordedTape }> {
  const run = await loadRun({ strategy: { name: 'macd-trend' }, tape: { source: 'sp500', end: '2005-12-31' } }, '.');
  if (!('slice' in run.tape)) throw new Error('the tape fits in memory');
  return { ...run, tape: run.tape };
}

function inSlices({ slice, ...info }: RecordedTape): LongTape {
  const rowsOf = (stream: StreamSlice, from: number): StreamSlice => {
    const to = Math.min(stream.columns.length, from + ROWS);
    return { ...stream, columns: sliceColumns(stream.columns as BarColumns, from, to) } as StreamSlice;
  };
  return {
    ...info,
    rows: undefined,
    streams: slice.streams,
    // oxlint-disable-next-line typescript/require-await -- What reads files waits.
    async *slices(): AsyncGenerator<TapeSlice> {
      for (let from = 0; from < longestOf(slice).columns.length; from += ROWS) {
        yield { streams: slice.streams.map((stream) => rowsOf(stream, from)) };
      }
    },
  };
}

describe('a tape read slice by slice', () => {
  test('gives the same look-ahead report and the same history as in one piece', async () => {
    const run = await loaded();
    const whole = await lookaheadSubject(run);
    const long = await lookaheadSubject({ ...run, tape: inSlices(run.tape) });
    expect(long.rows).toBe(whole.rows);
    const report = await checkLookahead(long, 12);
    expect(report.decisions).toBeGreaterThan(10);
    expect(report).toEqual(await checkLookahead(whole, 12));
    expect(await checkHistory(long)).toEqual(await checkHistory(whole));
  });

  test('is played up to an instant, and what comes after is not asked for', async () => {
    const run = await loaded();
    const { time } = longestOf(run.tape.slice).columns;
    let rows = 0;
    const playTo = async (tape: LoadedRun['tape']) => {
      const deck = new Deck(deckOptionsOf({ ...run, tape }));
      rows = 0;
      await playUntil(deck, tape, time[500], (slice) => (rows += longestOf(slice).columns.length));
      return [...deck.journal.entries()];
    };
    const expected = await playTo(run.tape);
    expect(rows).toBe(501);
    expect(await playTo(inSlices(run.tape))).toEqual(expected);
    expect(rows).toBe(501);
  });

  test('is outlined by some of its times and its end', async () => {
    const { tape } = await loaded();
    const { times, rows, tail } = await outlineOf(inSlices(tape), 150);
    const { time } = longestOf(tape.slice).columns;
    expect(rows).toBe(time.length);
    expect(times).toEqual([...time]);
    const kept = longestOf(tail).columns.time;
    expect(kept.length).toBeGreaterThanOrEqual(150);
    expect(kept.length).toBeLessThan(150 + 2 * ROWS);
    expect(kept).toEqual(time.slice(-kept.length));
  });

  test('is cut to the days of a deck, exactly', async () => {
    const { tape } = await loaded();
    const span = { start: '2001-03-05', end: '2001-11-30' };
    const cut = cutTape(tape, span);
    const long = cutTape(inSlices(tape), span);
    if (!('slice' in cut) || 'slice' in long) throw new Error('a cut tape stays what it is');
    const { times } = await outlineOf(long);
    expect(times).toEqual([...longestOf(cut.slice).columns.time]);
  });
});
