/**
 * The deck of a run or a sweep as its folder keeps it: with every default and override in it, and its paths seen from
 * that folder, so that it plays again.
 */
import { relative, resolve } from 'node:path';
import type { ParameterValue } from '../../engine/strategy/parameters.ts';
import type { DeckConfig } from '../config/schema.ts';
import { toYaml } from '../config/write.ts';
import type { LoadedStrategy } from './strategy-file.ts';

export interface PlayedDeck {
  readonly config: DeckConfig;
  readonly strategy: LoadedStrategy;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly seed: number;
  /** Where the folder keeps the states that were saved and gone on from. */
  readonly state?: { readonly save: string; readonly restore: string };
}

/** Returns the deck as YAML, to be kept in `folder`; its own relative paths start at `deckFolder`. */
export function deckText(played: PlayedDeck, folder: string, deckFolder: string): string {
  const moved = (path: string): string => relative(folder, resolve(deckFolder, path)).replaceAll('\\', '/');
  const { config, strategy, parameters, seed, state } = played;
  const resolved: DeckConfig = {
    ...config,
    mode: 'backtest',
    strategy: {
      ...(strategy.file === undefined ? { name: strategy.definition.name } : { file: moved(strategy.file) }),
      parameters: { ...parameters },
    },
    tape: movedTape(config.tape, moved),
    seed,
    ...(typeof config.universe === 'string' ? { universe: moved(config.universe) } : {}),
    // A state that is saved again and again is another one tomorrow: the run keeps its own.
    ...(config.state === undefined || state === undefined
      ? {}
      : {
          state: {
            ...(config.state.save === undefined ? {} : { save: state.save }),
            ...(config.state.restore === undefined ? {} : { restore: state.restore }),
          },
        }),
  };
  return toYaml(resolved);
}

/** A tape whose files, or whose catalog, are where they were. */
function movedTape(tape: DeckConfig['tape'], moved: (path: string) => string): DeckConfig['tape'] {
  if (tape.source === 'files') {
    return { ...tape, files: typeof tape.files === 'string' ? moved(tape.files) : tape.files.map(moved) };
  }
  return tape.source === 'catalog' && tape.folder !== undefined ? { ...tape, folder: moved(tape.folder) } : tape;
}
