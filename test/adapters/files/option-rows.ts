/** Rows of option files that tests make up, read as a tape. */
import { tapeOf } from '../../../src/adapters/files/tape.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import { formatInstant } from '../../../src/time/instant.ts';

export const tapeFrom = (file: string, ...lines: string[]): RecordedTape =>
  tapeOf([{ file, bytes: new TextEncoder().encode(`${lines.join('\n')}\n`) }]);

/** Symbol, time, bid and ask of each row of quotes. */
export const quotesOf = ({ slice }: RecordedTape) =>
  slice.streams.flatMap((stream) =>
    stream.kind === 'quotes'
      ? Array.from(stream.columns.time, (at, i) => [
          stream.symbol,
          formatInstant(at),
          stream.columns.bid[i],
          stream.columns.ask[i],
        ])
      : [],
  );
