/** A word that a person types before real money moves; apart from the terminal, because few commands read lines. */
import process from 'node:process';
import { createInterface } from 'node:readline/promises';

/** Has a word typed on the terminal; where there is none, nobody confirms. */
export async function isTyped(word: string, what: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`Type ${word} to ${what}: `)).trim() === word;
  } finally {
    terminal.close();
  }
}
