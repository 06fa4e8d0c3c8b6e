/**
 * Plays a random flow in a thread of its own and sends its journal home.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { flowDeck, type Flow } from './random-flow.ts';

const { deck, streams } = flowDeck(workerData as Flow); // What the test that starts it hands over.
deck.play({ streams });
deck.finish();
parentPort?.postMessage(deck.journal.snapshot());
