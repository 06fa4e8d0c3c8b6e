/** The runner's end of a side: a process that is asked for one work at a time, so that two can take turns. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Answer } from './answering.ts';

export class Side {
  readonly name: string;
  private readonly child;
  private readonly lines: AsyncIterator<string>;
  private readonly complaints: string[] = [];

  constructor(name: string, command: readonly string[], folder: string, env: NodeJS.ProcessEnv) {
    this.name = name;
    this.child = spawn(command[0], command.slice(1), { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stderr.on('data', (text: Buffer) => this.complaints.push(String(text)));
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until the side has read its data; returns what it is made of, with versions. */
  async ready(): Promise<Readonly<Record<string, string>>> {
    const { versions } = (await this.listen()) as { versions: Record<string, string> }; // What both loops say first.
    return versions;
  }

  async ask(work: string): Promise<Answer> {
    this.child.stdin.write(`${work}\n`);
    const said = (await this.listen()) as Answer | { error: string }; // What both loops answer.
    if ('error' in said) throw new Error(`${this.name}, ${work}: ${said.error}`);
    return said;
  }

  end(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  /** The next line of ours; libraries print others in between. */
  private async listen(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error(`${this.name} ended: ${this.complaints.join('').slice(-1500)}`);
      if (value.startsWith('@')) return JSON.parse(value.slice(1));
    }
  }
}
