/**
 * An image for the tests of containers, made of what Node is linked to on this machine, so that no registry is asked: nothing
 * where no daemon of docker answers, and then the tests of containers skip.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { toolPath } from '../../../src/desk/sandbox/launch/rlimits.ts';

const TAG = 'tradedeck-walls:test';

/** Returns the id of an image, by which nobody can put another in its place; undefined where there is no docker. */
export function dockerImage(): string | undefined {
  const docker = toolPath('docker');
  if (docker === undefined || process.platform !== 'linux') return undefined;
  if (spawnSync(docker, ['version', '--format', '{{.Server.Version}}']).status !== 0) return undefined;
  const before = spawnSync(docker, ['image', 'inspect', '--format', '{{.Id}}', TAG], { encoding: 'utf8' });
  if (before.status === 0) return before.stdout.trim();
  const root = mkdtempSync(join(tmpdir(), 'tradedeck-image-'));
  try {
    // It is the root of whoever looks, and they are nobody.
    chmodSync(root, 0o755);
    const linked = spawnSync('ldd', [realpathSync(process.execPath)], { encoding: 'utf8' }).stdout;
    for (const [path] of linked.matchAll(/\/\S+/g)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      cpSync(realpathSync(path), join(root, path));
    }
    const { stdout: input } = spawnSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 2 ** 28 });
    const made = spawnSync(docker, ['import', '-', TAG], { input, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`no image could be made: ${made.stderr}`);
    return made.stdout.trim();
  } finally {
    rmSync(root, { recursive: true });
  }
}
