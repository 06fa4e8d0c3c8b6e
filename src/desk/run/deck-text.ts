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
  type Files = string | string[];
  /** One of the fields that name files, where there is one. */
  const at = <Name extends string>(name: Name, files: Files | undefined): { [Field in Name]?: Files } =>
    // The name of a field is what it is typed as.
    (files === undefined ? {} : { [name]: typeof files === 'string' ? moved(files) : files.map(moved) }) as never;
  const ofUnderlying = <T extends { readonly prices: Files; readonly chains?: Files | undefined }>(one: T): T => ({
    ...one,
    // Prices that come with the package are no file.
    ...(one.prices === 'sp500' ? {} : at('prices', one.prices)),
    ...at('chains', one.chains),
  });
  switch (tape.source) {
    case 'files':
      return { ...tape, ...at('files', tape.files), ...at('actions', tape.actions) };
    case 'catalog':
      return { ...tape, ...(tape.folder === undefined ? {} : { folder: moved(tape.folder) }) };
    case 'options': {
      const { more, model } = tape;
      return {
        ...ofUnderlying(tape),
        ...(more === undefined ? {} : { more: more.map(ofUnderlying) }),
        ...(model === undefined ? {} : { model: { ...model, ...at('index', model.index) } }),
      };
    }
    default:
      return tape;
  }
}
