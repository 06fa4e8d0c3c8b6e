/**
 * The command within the walls that a deck asks for: started by `sandboxed.ts` and by nobody else. Strategies are loaded
 * into this process, which has no network, no environment and one folder to write to.
 */
import process from 'node:process';
import { enterSandbox } from '../desk/run/deck-strategy.ts';
import { main } from './main.ts';

enterSandbox();
void play();

/** Plays what was typed; when it is done, so is the process. */
async function play(): Promise<never> {
  const code = await main(process.argv.slice(2));
  const streams = [process.stdout, process.stderr];
  await Promise.all(streams.map((stream) => new Promise<void>((done) => stream.write('', () => done()))));
  process.exit(code);
}
