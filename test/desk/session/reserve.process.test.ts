/** LF-24 on a real file system: a disk that is full frees the reserve, and what is done about it is written down. */
import * as nodeFileSystem from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeDigests, readSession, SessionFiles } from '../../../src/adapters/session-files/index.ts';
import { Conductor, inputOf, type BrokerRequest, type Input } from '../../../src/engine/live/index.ts';
import { Bench, puppet, SECOND } from '../../engine/live/bench.ts';

const home = mkdtempSync(join(tmpdir(), 'tradedeck-reserve-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A disk with room for so many bytes, half of a record included. */
class Quota {
  left: number;
  private readonly sizes = new Map<number, number>();
  readonly fs = {
    ...nodeFileSystem,
    openSync: (path: string, flags: string) => {
      const file = nodeFileSystem.openSync(path, flags);
      this.sizes.set(file, nodeFileSystem.fstatSync(file).size);
      return file;
    },
    writeSync: (file: number, bytes: Uint8Array, at = 0) => {
      const wanted = bytes.length - at;
      const length = Math.min(wanted, this.left);
      if (length === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      const written = nodeFileSystem.writeSync(file, bytes, at, length);
      this.left -= written;
      this.sizes.set(file, this.sizes.get(file)! + written);
      return written;
    },
    ftruncateSync: (file: number, length: number) => {
      nodeFileSystem.ftruncateSync(file, length);
      this.left += this.sizes.get(file)! - length;
      this.sizes.set(file, length);
    },
  } as unknown as typeof nodeFileSystem; // Those of its calls that the journal makes.

  constructor(left: number) {
    this.left = left;
  }
}

test('LF-24 a full disk halts the account, frees the reserve, and the kill that follows is written down', () => {
  const strategy = puppet();
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
  const disk = new Quota(6000);
  const files = new SessionFiles(join(home, 'full'), disk.fs, 4000);
  const sent: BrokerRequest[] = [];
  const conductor = new Conductor(
    {
      session: bench.session,
      disk: {
        append: (bytes) => files.append(bytes),
        sync: (done) => done(),
        refill: () => files.refill(),
        get isShort() {
          return files.isShort;
        },
      },
      broker: { send: (request) => sent.push(request) },
      now: () => bench.at,
      digests: nodeDigests,
      onBroken: (error) => expect.fail(String(error)),
      onOutcome: ({ alerts }) => bench.alerts.push(...alerts),
    },
    files.stored.hash,
    0,
  );
  const take = (input: Input): void => conductor.take(input);
  const quote = (): void => take({ kind: 'market', at: bench.at, rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] });
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 95, timeInForce: 'GTC' }));
  quote();
  const [{ clientId }] = sent as readonly { clientId: string }[];
  take({ kind: 'report', at: bench.at, report: { kind: 'accepted', clientId, brokerId: 'b1' } });
  for (let i = 0; i < 200 && !files.isShort; i++) take({ kind: 'tick', at: (bench.at += SECOND) });
  expect([files.isShort, bench.session.states.account]).toEqual([true, 'halted']);
  expect(bench.alerts.at(-1)).toMatchObject({ code: 'desk.stopped', priority: 1 });
  // Cleared while it is still full it is halted again; with room the reserve is there again.
  const clear = (): void =>
    take({ kind: 'command', at: bench.at, by: 'me', reason: 'made room', command: { do: 'clear' } });
  clear();
  expect([files.isShort, bench.session.states.account]).toEqual([true, 'halted']);
  disk.left += 20_000;
  clear();
  expect([files.isShort, bench.session.states.account]).toEqual([false, 'active']);
  disk.left = 0;
  take({ kind: 'tick', at: (bench.at += SECOND) });
  expect([files.isShort, bench.session.states.account]).toEqual([true, 'halted']);
  strategy.wishes.push(({ buy }) => void buy(1));
  quote();
  take({ kind: 'command', at: bench.at, by: 'me', reason: 'full', command: { do: 'kill' } });
  expect(sent.map(({ kind }) => kind)).toEqual(['submit', 'cancel']);
  files.close();
  const inputs = readSession(join(home, 'full')).texts.map(inputOf);
  expect(inputs.at(-1)).toMatchObject({ kind: 'command', command: { do: 'kill' } });
  expect(inputs.some((input) => input.kind === 'command' && input.command.do === 'halt')).toBe(true);
});
