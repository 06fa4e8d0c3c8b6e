/**
 * The strategy of a deck, wherever it is to run: loaded into this process, or only asked about itself in one of its own,
 * so that nothing of its code runs where the keys are.
 */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import { doorStrategy, type SessionMode } from '../../engine/live/index.ts';
import type { Parameter, ParameterSpecs } from '../../engine/strategy/parameters.ts';
import { launchOf } from '../sandbox/launch/choose.ts';
import type { Launch } from '../sandbox/launch/launch.ts';
import { strategyProgram } from '../sandbox/program.ts';
import { askedAboutItself, type Described } from '../sandbox/describe.ts';
import { processOf, type ProcessSettings } from '../sandbox/settings.ts';
import type { StrategyConfig } from '../config/schema.ts';
import { codeHash } from './code-files.ts';
import { engineHash } from './engine-hash.ts';
import { loadStrategy, noSuchFile, shippedFile, type LoadedStrategy } from './strategy-file.ts';

type PlayedAs = SessionMode | 'backtest';

/** Whether this very process is the sandbox that the deck asks for. */
let isInside = false;

/** Says that this process is within the walls that decks ask for: strategies are loaded into it. */
export function enterSandbox(): void {
  isInside = true;
}

export function isWithinSandbox(): boolean {
  return isInside;
}

/** Returns the strategy of a deck; `folder` is where relative paths start. */
export async function strategyOf(config: StrategyConfig, folder: string, mode: PlayedAs): Promise<LoadedStrategy> {
  const settings = processOf(config.process);
  if (settings === undefined || isInside) return loadStrategy(config, folder);
  if (mode === 'backtest') {
    const rule = 'the deck wants its strategy in a process of its own, and this command plays it here';
    throw new Fault(
      'sandbox.here',
      rule,
      { field: 'strategy.process' },
      '--set strategy.process=none, if you have read it',
    );
  }
  const door = doorOf(config, folder, '');
  const launch = launchFor(settings, door.file, mode);
  const code = { strategy: door.codeHash, engine: engineHash() };
  const { name, file } = config;
  const described = await askedAboutItself(launch, { strategy: { name, file }, folder, code });
  return { ...door, definition: { ...doorStrategy(described.name), parameters: specsOf(described) } };
}

/** The door of a strategy of which nothing is loaded. */
export function doorOf(config: StrategyConfig, folder: string, name: string): LoadedStrategy {
  const { file } = config;
  const path = file === undefined ? undefined : fileOf(file, folder);
  return { definition: doorStrategy(name), codeHash: hashOfStrategy(config, folder), file: path };
}

/** Returns the SHA-256 of a strategy's code without loading it. */
export function hashOfStrategy({ name, file }: StrategyConfig, folder: string): string {
  return codeHash(file === undefined ? shippedFile(name!) : fileOf(file, folder));
}

/** Makes the launch of a strategy's process; live, one that is not walled in is a `Fault`. */
export function launchFor(settings: ProcessSettings, file: string | undefined, mode: PlayedAs): Launch {
  return launchOf(settings, strategyProgram(file, `tradedeck-strategy-${process.pid}`), mode);
}

function fileOf(file: string, folder: string): string {
  const path = resolve(folder, file);
  if (!existsSync(path)) throw noSuchFile(path, relative(process.cwd(), path));
  return path;
}

/** Parameters as they were declared there. */
function specsOf({ parameters }: Described): ParameterSpecs {
  return Object.fromEntries(
    parameters.map(({ key, min, max, ...spec }) => {
      const isNumber = spec.kind === 'whole' || spec.kind === 'real';
      const bounds = isNumber ? { min: min ?? -Infinity, max: max ?? Infinity } : {};
      // Of the kinds that are declared; each value is checked against its kind where it is read.
      return [key, { ...spec, ...bounds } as Parameter];
    }),
  );
}
