/**
 * Keys of the live view: one key chooses, a typed reason and Enter carries out, Escape leaves it. What cannot be taken
 * back asks for its own word.
 */
import type { Command } from '../../engine/live/index.ts';

interface Choice {
  readonly command: Command;
  readonly title: string;
  /** Has to be typed in full before it is done; otherwise any reason will do. */
  readonly word?: string;
}

/** What each key does. */
export const CHOICES: ReadonlyMap<string, Choice> = new Map<string, Choice>([
  ['p', { command: { do: 'pause', strategy: 0 }, title: 'pause the strategy' }],
  ['r', { command: { do: 'resume', strategy: 0 }, title: 'let the strategy send orders again' }],
  ['d', { command: { do: 'reduce' }, title: 'send only orders that close' }],
  ['h', { command: { do: 'halt' }, title: 'send no new orders' }],
  ['c', { command: { do: 'cancel', order: 'all' }, title: 'cancel all orders that work' }],
  ['f', { command: { do: 'flatten', symbol: 'all' }, title: 'close all positions at the market', word: 'flatten' }],
  ['k', { command: { do: 'kill' }, title: 'KILL: no new orders, cancel all', word: 'kill' }],
  ['a', { command: { do: 'clear' }, title: 'make the session active again', word: 'clear' }],
]);

const REASON_MAX = 200;

export class Prompt {
  /** Whether the person has left. */
  isDone = false;
  /** Resolves when the person has left. */
  readonly done: Promise<void>;
  /** Told when the text has changed on its own. */
  onChange: () => void = () => undefined;
  private readonly carryOut: (command: Command, reason: string) => Promise<unknown>;
  private resolve: () => void = () => undefined;
  private choice: Choice | undefined;
  private typed = '';
  private told = '';

  constructor(carryOut: (command: Command, reason: string) => Promise<unknown>) {
    this.carryOut = carryOut;
    this.done = new Promise((resolve) => (this.resolve = resolve));
  }

  get text(): string {
    const { choice, typed } = this;
    if (choice === undefined) return this.told;
    const asked = choice.word === undefined ? 'reason' : `type “${choice.word}”, then a reason`;
    return `${choice.title} — ${asked}, Enter; Esc leaves it: ${typed}▏`;
  }

  /** Takes what was typed; a paste comes in one piece. */
  type(text: string): void {
    // Arrow keys and their like are not text.
    if (text.length > 1 && text.startsWith('\x1b')) return;
    for (const key of text) this.press(key);
  }

  quit(): void {
    this.isDone = true;
    this.resolve();
  }

  private press(key: string): void {
    if (key === '\x03') this.quit();
    else if (this.choice === undefined) this.choose(key);
    else if (key === '\x1b') this.leave('left as it was');
    else if (key === '\r' || key === '\n') this.enter(this.choice);
    else if (key === '\x7f' || key === '\b') this.typed = this.typed.slice(0, -1);
    else if (key >= ' ' && this.typed.length < REASON_MAX) this.typed += key;
  }

  private choose(key: string): void {
    this.told = '';
    if (key === 'q') this.quit();
    else this.choice = CHOICES.get(key);
  }

  private enter({ command, word, title }: Choice): void {
    const typed = this.typed.trim();
    if (word !== undefined && typed !== word && !typed.startsWith(`${word} `)) {
      this.leave(`not done: “${word}” was not typed`);
      return;
    }
    const reason = word === undefined ? typed : typed.slice(word.length).trim();
    this.leave(`${title} …`);
    this.carryOut(command, reason === '' ? 'by hand, in the live view' : reason).then(
      () => this.tell(`done: ${title}`),
      (error: unknown) => this.tell(`NOT done: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  private leave(told: string): void {
    this.choice = undefined;
    this.typed = '';
    this.told = told;
  }

  private tell(told: string): void {
    this.told = told;
    this.onChange();
  }
}
