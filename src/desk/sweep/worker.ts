/**
 * A thread of a sweep: loads the strategy once, then plays points from the shared queue until there are none.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { Fault } from '../../base/fault.ts';
import { BatchPlayer } from '../../research/sweep/batch.ts';
import type { SweepSubject } from '../../research/sweep/run.ts';
import { partSubject, type Part } from '../../research/validation/part.ts';
import { PACKAGE_FOLDER } from '../run/package.ts';
import { loadStrategy } from '../run/strategy-file.ts';
import { loadUniverse } from '../wiring/universe.ts';
import { sentError, type PlayRequest, type ThreadReply, type ThreadStart } from './messages.ts';
import { subjectOf } from './subject.ts';

/** Where a strategy of a user finds the package that runs it: beside the rooms. */
const OWN_PACKAGE = pathToFileURL(join(PACKAGE_FOLDER, 'bin', 'own-package.js')).href;

/** Longest time that played rows are kept back, in milliseconds. */
const BATCH_MS = 250;

assert(parentPort !== null, 'this file runs as a thread');
const port = parentPort;
// Only `SweepThreads` starts this file, with exactly this.
const start = workerData as ThreadStart;
let whole: Promise<SweepSubject> | undefined;
/** The part that was played last, with its columns: parts come one after the other. */
let latest: { readonly key: string; readonly subject: SweepSubject } | undefined;

port.on('message', (request: PlayRequest) => void play(request));

async function play({ table, queue, periods, blocks, part }: PlayRequest): Promise<void> {
  try {
    // What the command has said to its own thread is said to each anew.
    await import(OWN_PACKAGE);
    const player = new BatchPlayer(subjectFor(await (whole ??= load()), part), table, queue, periods, blocks, part);
    let sentAt = performance.now();
    try {
      while (player.step()) {
        if (performance.now() - sentAt < BATCH_MS) continue;
        reply({ kind: 'batch', batch: player.take() });
        sentAt = performance.now();
      }
    } finally {
      // What was played before a point that failed is not lost with it.
      if (player.waiting > 0) reply({ kind: 'batch', batch: player.take() });
    }
    reply({ kind: 'done' });
  } catch (error) {
    reply({ kind: 'failed', error: sentError(error) });
  }
}

function subjectFor(all: SweepSubject, part: Part | undefined): SweepSubject {
  if (part === undefined) return all;
  const key = JSON.stringify(part);
  if (latest?.key !== key) latest = { key, subject: partSubject(all, part) };
  return latest.subject;
}

async function load(): Promise<SweepSubject> {
  const { config, folder, codeHash, tape, seed, figures, periodsPerYear, stopWhen } = start;
  const strategy = await loadStrategy(config.strategy, folder);
  if (strategy.codeHash !== codeHash) {
    throw new Fault('strategy.changed', 'the strategy was changed while the sweep was being started', {
      field: 'strategy',
    });
  }
  const universe = loadUniverse(config.universe, tape.instruments, folder);
  const { fingerprint: dataFingerprint } = tape;
  const loaded = { config, strategy, parameters: {}, tape, dataFingerprint, seed, universe, restored: undefined };
  return subjectOf(loaded, figures, periodsPerYear, stopWhen);
}

function reply(message: ThreadReply): void {
  port.postMessage(message);
}
