/**
 * One run, from a deck to its result: tape, strategy and conventions are wired, and the tape is played.
 */
import { Fault } from '../../base/fault.ts';
import { Deck } from '../../engine/deck.ts';
import type { DeckOptions } from '../../engine/deck-options.ts';
import { resolveParameters, type ParameterValue } from '../../engine/strategy/parameters.ts';
import type { RunResult } from '../../engine/result.ts';
import type { Finding, StreamSlice } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import type { DeckState } from '../../engine/state/state.ts';
import type { StreamShape } from '../../engine/feeds/feeds.ts';
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import type { Membership } from '../../engine/play/universe.ts';
import { checkMode, conventionsOf, DEFAULT_CASH } from '../config/resolve.ts';
import { limitsOf } from '../config/limits.ts';
import { withToldParameters } from '../config/told-parameters.ts';
import { checkCurrencies, checkInstruments, checkSavable, checkSymbols } from '../config/fits.ts';
import type { DeckConfig } from '../config/schema.ts';
import { loadTape, type AnyTape } from '../wiring/tapes.ts';
import { loadUniverse } from '../wiring/universe.ts';
import { DEFAULT_SEED, runId } from './identity.ts';
import { playTape, rowsOf, type StopSign } from './play.ts';
import type { ProgressOutput } from './progress.ts';
import { cutTape, tapeAfter } from './span.ts';
import { strategyOf } from './deck-strategy.ts';
import type { LoadedStrategy } from './strategy-file.ts';
import { engineHash } from './engine-hash.ts';

/** What a run needs of the world. */
export interface RunWorld {
  /** Where relative paths of the deck start. */
  readonly folder: string;
  readonly output: ProgressOutput;
  readonly stop: StopSign;
  /** A clock in milliseconds, for progress and timings only: nothing it says reaches the strategy. */
  readonly now: () => number;
  /** Told what could not be checked before the run. */
  readonly notice?: (text: string) => void;
}

/** A deck with everything it names loaded, ready to play. */
export interface PreparedRun extends LoadedRun {
  readonly deck: Deck;
  readonly id: string;
  /** Names what is tried without the version of Tradedeck: played again by a newer one, it is no new attempt. */
  readonly trial: string;
  readonly engineHash: string;
}

export interface FinishedRun extends PreparedRun {
  /** Where charts, indicators and the benchmark are taken from; the deck itself when left out. */
  readonly charted?: Deck;
  readonly result: RunResult;
  readonly isComplete: boolean;
  /** What a later run goes on from; only of a complete run whose deck asks for it. */
  readonly state: DeckState | undefined;
  /** Milliseconds; differ from run to run. */
  readonly timings: { readonly load: number; readonly play: number };
}

/** Data that no run should be made of. */
export class DirtyData extends Error {
  override readonly name = 'DirtyData';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    const lines = findings
      .slice(0, 10)
      .map(
        ({ file, row, message, value }) =>
          `  ${file}:${row}: ${message}${value === '' || message.includes(value) ? '' : ` (${value})`}`,
      );
    const rest = findings.length > 10 ? [`  … and ${findings.length - 10} more`] : [];
    const noun = findings.length === 1 ? 'fatal fault' : 'fatal faults';
    super(
      [
        `the data have ${findings.length} ${noun}, so nothing was played:`,
        ...lines,
        ...rest,
        'Mend them, or play anyway: --set tape.fatalFindings=allow',
      ].join('\n'),
    );
    this.findings = findings;
  }
}

/** What a deck names, loaded and checked, before the engine's deck is made of it. */
export interface LoadedRun {
  readonly config: DeckConfig;
  readonly strategy: LoadedStrategy;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly tape: AnyTape;
  /** Fingerprint of the data before the deck's span was cut out of them: what two runs on the same data share. */
  readonly dataFingerprint: string;
  readonly seed: number;
  /** Dated members; `undefined` when everything always belongs. */
  readonly universe: readonly Membership[] | undefined;
  /** The saved state that the run goes on from. */
  readonly restored: DeckState | undefined;
}

/**
 * Loads strategy and tape. Dirty data stop here, unless the deck allows them. A `live` tape, whose rows are still to come,
 * takes the place of the one that the deck names.
 */
export async function loadRun(
  deck: DeckConfig,
  folder: string,
  mode: DeckConfig['mode'] = 'backtest',
  live?: AnyTape,
): Promise<LoadedRun> {
  checkMode(deck.mode, mode);
  const config = withToldParameters(deck, folder);
  const seed = config.seed ?? DEFAULT_SEED;
  const [strategy, loaded] = await Promise.all([
    strategyOf(config.strategy, folder, mode),
    live ?? loadTape(config.tape, config.instruments, folder, seed),
  ]);
  const spanned = live ?? cutTape(loaded, config.tape);
  const restored = await readRestored(config, folder);
  const tape = restored === undefined || live !== undefined ? spanned : tapeAfter(spanned, restored.at);
  const fatal = tape.findings.filter(({ severity }) => severity === 'fatal');
  if (fatal.length > 0 && config.tape.fatalFindings !== 'allow') throw new DirtyData(fatal);
  const parameters = parametersOf(strategy, config.strategy.parameters ?? {});
  checkSavable(config);
  checkCurrencies(config.account, tape.instruments);
  checkInstruments(config, tape.instruments);
  checkSymbols(config.conventions?.financing, tape.instruments);
  const universe = loadUniverse(config.universe, tape.instruments, folder);
  return { config, strategy, parameters, tape, dataFingerprint: loaded.fingerprint, seed, universe, restored };
}

/** Returns what the engine's deck is made of; each deck needs its own, because some controls remember. */
export function deckOptionsOf(loaded: LoadedRun): DeckOptions {
  const { config, strategy, parameters, tape, seed, universe, restored } = loaded;
  const rows = rowsOf(tape);
  const { settings, controls } = limitsOf(config);
  return {
    tape,
    streams: streamsOf(tape),
    ...(rows === undefined ? {} : { rows }),
    strategies: [{ definition: strategy.definition, parameters }],
    cash: config.account?.cash ?? DEFAULT_CASH,
    ...(config.account?.currency === undefined ? {} : { currency: config.account.currency }),
    conventions: conventionsOf(config.conventions, config.account),
    controls,
    ...(settings === undefined ? {} : { limits: settings }),
    calendarOf: calendar,
    seed,
    ...(config.account?.rates === undefined ? {} : { rates: config.account.rates }),
    ...(universe === undefined ? {} : { universe }),
    ...(restored === undefined ? {} : { restore: restored }),
  };
}

/** Loads what a deck names and makes the engine's deck of it. */
export async function prepareRun(config: DeckConfig, folder: string): Promise<PreparedRun> {
  const loaded = await loadRun(config, folder);
  checkFit(loaded);
  return { ...loaded, deck: deckOf(loaded), ...identityOf(loaded) };
}

/** What names a run. */
export function identityOf({
  config,
  strategy,
  parameters,
  tape,
  universe,
  restored,
}: LoadedRun): Pick<PreparedRun, 'id' | 'trial' | 'engineHash'> {
  const engine = engineHash();
  const inputs = {
    config,
    strategy: strategy.definition.name,
    parameters,
    dataFingerprint: tape.fingerprint,
    strategyHash: strategy.codeHash,
    engineHash: engine,
    universe,
    restored,
  };
  return { id: runId(inputs), trial: runId({ ...inputs, engineHash: '' }), engineHash: engine };
}

/** Plays a deck. Everything but the timings depends on the deck, the data and the code alone. */
export async function runDeck(config: DeckConfig, world: RunWorld): Promise<FinishedRun> {
  const startedAt = world.now();
  const prepared = await prepareRun(config, world.folder);
  const loadedAt = world.now();
  const { deck, tape } = prepared;
  const open = unforeseenOf(prepared);
  if (open !== undefined) world.notice?.(open);
  const { isComplete } = await playTape(deck, tape, world.output, world.stop, world.now);
  const result = deck.finish(isComplete);
  // A run that was stopped may stand in the middle of an instant: nothing can go on from there.
  const isSaved = isComplete && prepared.config.state?.save !== undefined;
  return {
    ...prepared,
    result,
    isComplete,
    state: isSaved ? deck.saveState() : undefined,
    timings: { load: loadedAt - startedAt, play: world.now() - loadedAt },
  };
}

function parametersOf(
  { definition }: LoadedStrategy,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ParameterValue>> {
  const field = (name: string): string => `strategy.parameters.${name}`;
  const parameters = resolveParameters(definition.parameters ?? {}, given, (name) => ({ field: field(name) }));
  const wrong = inParameters(parameters, () => definition.check?.(parameters));
  if (wrong === undefined) return parameters;
  throw new Fault('strategy.parameters', wrong, { field: 'strategy.parameters' });
}

/** What a strategy itself says of one of its parameters is a mistake in that field of the deck. */
function inParameters<T>(parameters: Readonly<Record<string, ParameterValue>>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const field = error instanceof Fault ? error.place.field : undefined;
    if (!(error instanceof Fault) || field === undefined || !(field in parameters)) throw error;
    throw new Fault(error.code, error.rule, { field: `strategy.parameters.${field}` }, error.hint);
  }
}

/** Refuses to play what can never trade on the tape, or on one whose streams are still to come. */
export function checkFit(loaded: LoadedRun, coming?: Coming): void {
  const wrong = misfitOf(loaded, coming)(loaded.parameters);
  if (wrong !== undefined) throw new Fault('strategy.never-trades', wrong, { field: 'strategy.parameters' });
}

/** What is known of a live tape before its first row, and of an account that others may have used. */
export type Coming = Pick<TapeFacts, 'streams' | 'isFlat' | 'listedDays'>;

/** What of a recorded tape could not be held against the parameters, or nothing. */
function unforeseenOf(loaded: LoadedRun): string | undefined {
  return loaded.strategy.definition.unforeseen?.(loaded.parameters, factsOf(loaded));
}

/** Returns who says of parameters what of the tape keeps them from ever trading. */
export function misfitOf(
  loaded: LoadedRun,
  coming?: Coming,
): (parameters: Readonly<Record<string, ParameterValue>>) => string | undefined {
  const facts = factsOf(loaded, coming);
  return (parameters) => loaded.strategy.definition.fits?.(parameters, facts);
}

function factsOf(
  { config, tape, restored }: LoadedRun,
  { streams, isFlat, listedDays }: Coming = { streams: streamsOf(tape), isFlat: restored === undefined },
): TapeFacts {
  const { cash = DEFAULT_CASH, currency = tape.instruments[0]?.currency ?? 'USD' } = config.account ?? {};
  const { instruments, actions, listings = [] } = tape;
  return {
    instruments,
    streams,
    listedDays,
    actions,
    listings,
    cash,
    earnsInterest: conventionsOf(config.conventions, config.account).financing.cashRate(currency, cash) > 0,
    isFlat,
  };
}

/** Reads the state that a deck goes on from; what reads it is loaded only then. */
async function readRestored({ state }: DeckConfig, folder: string): Promise<DeckState | undefined> {
  if (state?.restore === undefined) return undefined;
  const { readState } = await import('./state-file.ts');
  return readState(state.restore, folder);
}

/** Makes the engine's deck. A state that is not of this run is a mistake in the deck, which names it. */
function deckOf(loaded: LoadedRun): Deck {
  try {
    return inParameters(loaded.parameters, () => new Deck(deckOptionsOf(loaded)));
  } catch (error) {
    if (!(error instanceof Fault) || !error.code.startsWith('state.')) throw error;
    throw new Fault(error.code, error.rule, { field: 'state.restore' }, error.hint);
  }
}

function streamsOf(tape: AnyTape): readonly (StreamSlice | StreamShape)[] {
  return 'slice' in tape ? tape.slice.streams : tape.streams;
}
