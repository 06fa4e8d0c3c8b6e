/** A journal on a real disk, whose calls fail one after the other; `npm run simulate:disk` fails every one of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSession } from '../../src/adapters/session-files/index.ts';
import { failAt, journalOf, ORDERS } from './disk/check.ts';
import { FileBroker, playScript } from './disk/script.ts';
import { PLANTED_BUGS } from './planted.ts';

/** Of all calls and records, these; the script fails every one. */
const EVERY = 13;

const base = mkdtempSync(join(tmpdir(), 'disk-test-'));
afterAll(() => rmSync(base, { recursive: true }));

function folderOf(name: string): string {
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

test('without a failure the script makes its orders', async () => {
  const folder = folderOf('whole');
  const { isDone, session } = await playScript(folder);
  expect(isDone).toBe(true);
  expect(new FileBroker(folder).orders).toHaveLength(ORDERS);
  expect(session.deck.ledger.netQuantity(0)).toBe(ORDERS);
});

describe('the n-th call to the file system', () => {
  test.each(['EIO', 'ENOSPC'] as const)('LF-24, LF-25 fails with %s, and the next start goes on', async (failure) => {
    let points = 0;
    for (let n = 1; ; n++) {
      const { violation, isOver } = await failAt(n, failure);
      if (isOver) break;
      points++;
      expect(violation, `call ${n}`).toBeUndefined();
    }
    expect(points).toBeGreaterThan(3);
  });

  test('LF-20 is never heard to return, because the process is killed in it', async () => {
    for (const n of [33]) {
      const { violation, isOver } = await failAt(n, 'crash');
      expect([violation, isOver], `call ${n}`).toEqual([undefined, false]);
    }
  });
});

test('LF-20 cut off around every record, a journal is gone on from, and no order is there twice', async () => {
  const bytes = await journalOf(folderOf('cut'));
  const ends = endsOf(bytes);
  expect(ends.length).toBeGreaterThan(40);
  for (const [index, end] of ends.entries()) {
    if (index % EVERY !== 0) continue;
    for (const length of [end - 1, end, end + 1]) {
      const folder = folderOf(`cut-${index}`);
      mkdirSync(join(folder, 'session'));
      writeFileSync(join(folder, 'session', '000001.jnl'), bytes.subarray(0, length));
      // What was sent until then is what whole records ask for, at most; nothing else can have left.
      const { texts } = readSession(join(folder, 'session'));
      const ids = [...texts.join('\n').matchAll(/"kind":"submit","clientId":"([^"]+)"/g)].map(([, id]) => id);
      for (const clientId of new Set(ids)) {
        const lines = `${JSON.stringify({ clientId, quantity: 1 })}\n`;
        writeFileSync(join(folder, 'broker.jsonl'), lines, { flag: 'a' });
      }
      const { isDone, session } = await playScript(folder);
      const { orders } = new FileBroker(folder);
      expect(isDone, `cut at ${length}`).toBe(true);
      expect(new Set(orders.map(({ clientId }) => clientId)).size).toBe(orders.length);
      expect(orders.length).toBeLessThanOrEqual(ORDERS);
      expect(session.deck.ledger.netQuantity(0)).toBe(orders.length);
      rmSync(folder, { recursive: true });
    }
  }
});

test('a planted mistake is found: what is told twice counts twice', async () => {
  const remove = PLANTED_BUGS.find(({ name }) => name === 'a fill that is told twice counts twice')!.plant();
  try {
    const { violation } = await failAt(30, 'EIO');
    expect(violation).toMatch(/our books have \d+, the broker's \d+/);
  } finally {
    remove();
  }
});

/** Where each record ends. */
function endsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends: number[] = [];
  for (let at = 0; at < bytes.length;) {
    at += 8 + view.getUint32(at, true) + 32;
    ends.push(at);
  }
  return ends;
}
