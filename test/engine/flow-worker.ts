/**
 * Plays a random flow in a thread of its own and sends its journal home.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { flowDeck, type Flow } from './random-flow.ts';

const { deck, streams } = flowDeck(workerData as Flow); // What the test that starts it hands over.
deck.play({ streams });
deck.finish();
const snapshot = deck.journal.snapshot();
parentPort?.postMessage(snapshot, [snapshot.rows.buffer as ArrayBuffer]); // Made by the journal, never shared.
