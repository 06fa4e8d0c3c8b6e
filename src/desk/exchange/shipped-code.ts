/**
 * Puts the source of a strategy that came with a sweep where it can be imported, after its hash has been proved.
 *
 * It runs with the rights of the worker, as all strategies do: whoever may write to the exchange may run code here.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve, sep } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import { PACKAGE_FOLDER } from '../run/package.ts';
import { hashOfCode } from '../run/code-files.ts';

/** A folder for sources that nobody else can write to; it goes with the process. */
export class CodeFolder {
  private root: string | undefined;

  /** Writes files whose hash is `wanted`; returns the absolute path of the first. Paths that lead out are a `Fault`. */
  place(source: readonly (readonly [name: string, text: string])[], wanted: string): string {
    const found = hashOfCode(new Map(source));
    if (found !== wanted) {
      const rule = `the strategy's code is ${found.slice(0, 12)}…, its announcement says ${wanted.slice(0, 12)}…`;
      throw new Fault('worker.code', rule, { field: 'strategy' });
    }
    const home = join(this.folder(), wanted.slice(0, 16));
    // A strategy may import from folders above its own: as many are put above it here.
    const ups = Math.max(
      0,
      ...source.map(
        ([name]) =>
          normalize(name)
            .split(sep)
            .filter((part) => part === '..').length,
      ),
    );
    const base = join(home, ...Array.from({ length: ups }, (_, i) => `above-${ups - i}`));
    for (const [name, text] of source) {
      const file = resolve(base, name);
      if (!file.startsWith(home + sep)) {
        throw new Fault('worker.code', 'a file of the strategy lies outside of its folder', { file: name });
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const [[entry]] = source as [readonly [string, string]];
    return resolve(base, entry);
  }

  end(): void {
    if (this.root !== undefined) rmSync(this.root, { recursive: true, force: true });
  }

  /** In it `tradedeck` is this package, and other packages are those of the folder where the worker runs. */
  private folder(): string {
    if (this.root === undefined) {
      this.root = mkdtempSync(join(tmpdir(), 'tradedeck-worker-'));
      const packages = join(process.cwd(), 'node_modules');
      if (existsSync(packages)) symlinkSync(packages, join(this.root, 'node_modules'), 'junction');
      mkdirSync(join(this.root, 'code', 'node_modules'), { recursive: true });
      symlinkSync(PACKAGE_FOLDER, join(this.root, 'code', 'node_modules', 'tradedeck'), 'junction');
    }
    return join(this.root, 'code');
  }
}
