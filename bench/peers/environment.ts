/**
 * What the peers need, outside of the tree: a Python environment and a folder of npm packages, of fixed versions.
 *
 * They are made once and kept in the user's cache folder, or in the folder that `TRADEDECK_PEERS` names. Each package
 * that does not install is told and left out; the comparisons that need it say so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What pip is asked for, each with what it needs to work. */
const PYTHON: Readonly<Record<string, readonly string[]>> = {
  backtrader: ['backtrader==1.9.78.123'],
  backtesting: ['backtesting==0.6.6'],
  bt: ['bt==1.4.1'],
  'TA-Lib': ['TA-Lib==0.8.2'],
  vectorbt: ['vectorbt[rust]==1.0.0', 'plotly<6'],
  nautilus_trader: ['nautilus_trader==1.221.0'],
};

const JAVASCRIPT: readonly string[] = ['trading-signals@8.3.0', 'technicalindicators@3.1.0', 'talib-web@0.1.3'];

export interface Environment {
  /** The interpreter; `undefined` where there is no Python with pip. */
  readonly python: string | undefined;
  /** Folder with `node_modules`; `undefined` where npm did not install them. */
  readonly javascript: string | undefined;
  /** Python packages that installed. */
  readonly installed: ReadonlySet<string>;
  /** What did not install, in words. */
  readonly missing: readonly string[];
}

/** Makes the environment, or finds the one that was made before. */
export function prepareEnvironment(say: (text: string) => void): Environment {
  const folder = process.env['TRADEDECK_PEERS'] ?? join(homedir(), '.cache', 'tradedeck-peers');
  mkdirSync(folder, { recursive: true });
  const missing: string[] = [];
  const python = preparePython(join(folder, 'python'), say, missing);
  const installed = new Set<string>();
  if (python !== undefined) {
    for (const [name, wanted] of Object.entries(PYTHON)) {
      if (once(folder, name, wanted.join(' '), () => pip(python, wanted, say))) installed.add(name);
      else missing.push(`${wanted[0]} did not install`);
    }
  }
  const packages = join(folder, 'javascript');
  const javascript = once(folder, 'javascript', JAVASCRIPT.join(' '), () => npm(packages, say)) ? packages : undefined;
  if (javascript === undefined) missing.push(`${JAVASCRIPT.join(', ')} did not install`);
  return { python, javascript, installed, missing };
}

function preparePython(folder: string, say: (text: string) => void, missing: string[]): string | undefined {
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  say('making a Python environment');
  const { status } = spawnSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
  if (status === 0) return python;
  missing.push('python3 with venv and pip is not at hand');
  return undefined;
}

/** Does `work` unless a mark says that the same was done before; answers whether it is done. */
function once(folder: string, name: string, what: string, work: () => boolean): boolean {
  const mark = join(folder, `${name}-${what.replaceAll(/[^\w.]+/g, '-')}.done`);
  if (existsSync(mark)) return true;
  if (!work()) return false;
  writeFileSync(mark, what);
  return true;
}

function pip(python: string, packages: readonly string[], say: (text: string) => void): boolean {
  say(`installing ${packages[0]}`);
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
  return spawnSync(python, args, { stdio: 'ignore' }).status === 0;
}

function npm(folder: string, say: (text: string) => void): boolean {
  say(`installing ${JAVASCRIPT.join(', ')}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...JAVASCRIPT];
  return spawnSync('npm', args, { cwd: folder, stdio: 'ignore' }).status === 0;
}
