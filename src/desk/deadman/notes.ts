/**
 * What a watchdog writes down, a line each: who spoke, who was refused, what was stopped, by whom. Secrets and codes are in
 * none of it. Whoever floods it fills no disk: of what is refused a minute has so many lines, and then a count.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { plain } from '../../adapters/webhook/index.ts';

export interface Note {
  /** ISO 8601. */
  readonly at: string;
  readonly event: string;
  readonly what: string;
  /** The address that it came from, where somebody asked. */
  readonly from?: string;
}

const REFUSED_PER_MINUTE = 60;

export class Notes {
  private readonly file: string;
  private readonly echo: (line: string) => void;
  private minute = -1;
  private refused = 0;

  /** `echo` shows each line to who runs it. */
  constructor(file: string, echo: (line: string) => void) {
    this.file = file;
    this.echo = echo;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }

  write(event: string, what: string, from?: string): void {
    const at = new Date().toISOString();
    const note: Note = { at, event, what, ...(from === undefined ? {} : { from }) };
    appendFileSync(this.file, `${JSON.stringify(note)}\n`, { mode: 0o600 });
    // What others sent begins no line of its own, and steers no terminal.
    this.echo(`${at} ${event}: ${plain(what).replaceAll('\n', ' ')}${from === undefined ? '' : ` (${from})`}`);
  }

  /** Somebody was refused. */
  refuse(event: string, what: string, from: string): void {
    const minute = Math.floor(performance.now() / 60_000);
    if (minute !== this.minute) {
      if (this.refused > REFUSED_PER_MINUTE) {
        this.write('refused', `${this.refused - REFUSED_PER_MINUTE} more in the minute before`);
      }
      this.minute = minute;
      this.refused = 0;
    }
    this.refused++;
    if (this.refused <= REFUSED_PER_MINUTE) this.write(event, what, from);
  }
}
