/**
 * A whole run within the walls of a deck: the command is started there with its data read-only and one folder to write to,
 * and what it left there is looked at and taken out.
 */
import {
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { ChildProcess } from 'node:child_process';
import { Fault } from '../../base/fault.ts';
import { launchOf } from './launch/choose.ts';
import { endLaunched, launched } from './launch/launched.ts';
import type { Launch } from './launch/launch.ts';
import { LineReader } from './lines.ts';
import { hooksFlag, readsOf } from './program.ts';
import type { ProcessSettings } from './settings.ts';

export interface SandboxedCommand {
  /** The file that is started. */
  readonly main: string;
  readonly args: readonly string[];
  /** Absolute; undefined for a shipped one. */
  readonly strategyFile: string | undefined;
  /** Data and decks that it reads: absolute paths. */
  readonly reads: readonly string[];
  /** Where its run folders are to lie in the end. */
  readonly runs: string;
}

/** A run holds its whole tape beside the strategy. */
const MEMORY_MIN_MB = 4096;
/** Longest line of what it prints, in bytes. */
const PRINTED_MAX = 16 * 2 ** 20;
/** What a run may leave. */
const FILES_MAX = 2000;
const BYTES_MAX = 4 * 2 ** 30;
/** Attempts before this one, which the run is judged with. */
const TRIALS = 'trials.jsonl';

export class SandboxedRun {
  /** The folder that it may write to: as deep as the folder of runs, so that relative paths mean the same in both. */
  readonly staging: string;
  private readonly runs: string;
  private readonly launch: Launch;
  private child: ChildProcess | undefined;

  constructor(settings: ProcessSettings, { main, args, strategyFile, reads, runs }: SandboxedCommand) {
    this.runs = runs;
    this.staging = mkdtempSync(join(realpathSync(dirname(runs)), '.tradedeck-sandbox-'));
    if (existsSync(join(runs, TRIALS))) copyFileSync(join(runs, TRIALS), join(this.staging, TRIALS));
    this.launch = launchOf(
      { ...settings, memoryMb: Math.max(settings.memoryMb, MEMORY_MIN_MB) },
      {
        node: realpathSync(process.execPath),
        flags: [hooksFlag()],
        args: [main, ...args, '--runs', this.staging],
        reads: [...readsOf(strategyFile), ...reads.flatMap((path) => [path, realpathSync(path)])],
        writes: [this.staging],
        name: `tradedeck-run-${process.pid}`,
        folder: process.cwd(),
      },
      'backtest',
    );
    const { writer } = this.launch;
    // Whoever is not root writes as itself, and has nothing to give away.
    if (writer === undefined || process.getuid?.() !== 0) return;
    for (const name of ['.', ...readdirSync(this.staging)])
      chownSync(join(this.staging, name), writer.user, writer.group);
  }

  /** Plays it; lines of what it prints are handed on as they come. */
  play(
    out: (line: string) => void,
    error: (line: string) => void,
  ): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    const child = launched(this.launch, process.cwd());
    this.child = child;
    child.stdin!.end();
    for (const [stream, line] of [
      [child.stdout!, out],
      [child.stderr!, error],
    ] as const) {
      const reader = new LineReader({ line, broken: () => this.end() }, PRINTED_MAX);
      stream.on('data', (bytes: Buffer) => reader.push(bytes));
    }
    return new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', (code, signal) => done({ code, signal }));
    });
  }

  /** Ends it at once: what it has not finished is not there. */
  end(): void {
    if (this.child !== undefined) endLaunched(this.child, this.launch);
  }

  /** Takes the run folders out; the process has ended. Returns where they are now. */
  takeOut(): string[] {
    const taken: string[] = [];
    const left = { files: 0, bytes: 0 };
    for (const name of readdirSync(this.staging)) {
      const from = join(this.staging, name);
      if (name === TRIALS || !lstatSync(from).isDirectory()) continue;
      checkLeft(from, left);
      const to = join(this.runs, name);
      mkdirSync(this.runs, { recursive: true });
      move(from, to);
      taken.push(to);
    }
    return taken;
  }

  close(): void {
    this.end();
    rmSync(this.staging, { recursive: true, force: true });
  }
}

/** Refuses what is no plain file of a run: links lead elsewhere. */
export function checkLeft(folder: string, left = { files: 0, bytes: 0 }): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path);
    if (found.isDirectory()) {
      checkLeft(path, left);
      continue;
    }
    left.files++;
    left.bytes += found.size;
    if (found.isFile() && found.nlink === 1 && left.files <= FILES_MAX && left.bytes <= BYTES_MAX) continue;
    throw new Fault('sandbox.left', 'a run left what is no file of a run, or too much; nothing of it is taken', {
      file: name,
    });
  }
}

/** Puts files in place one by one where the folder is there already. */
function move(from: string, to: string): void {
  if (!existsSync(to)) {
    renameSync(from, to);
    return;
  }
  for (const name of readdirSync(from)) {
    const isFolder = lstatSync(join(from, name)).isDirectory();
    if (isFolder) move(join(from, name), join(to, name));
    else renameSync(join(from, name), join(to, name));
  }
}
