/** A word that a person types before real money moves; apart from the terminal, because few commands read lines. */
import process from 'node:process';
import { createInterface } from 'node:readline/promises';

/** What is typed on the terminal; undefined where there is none. */
export async function typed(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** Has a word typed on the terminal; where there is none, nobody confirms. */
export async function isTyped(word: string, what: string): Promise<boolean> {
  return (await typed(`Type ${word} to ${what}: `)) === word;
}
