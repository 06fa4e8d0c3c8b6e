/**
 * What a session is made of: from a deck when it begins, from its journal's head when it goes on or is verified.
 *
 * Both ways end in the same options, or a replay would be of another session.
 */
import type { DeckOptions } from '../../engine/deck-options.ts';
import {
  doorStrategy,
  liveShape,
  LiveSession,
  SESSION_JOURNAL,
  SESSION_VERSION,
  type BrokerVenueOptions,
  type ExitRules,
  type SessionHead,
  type SessionMode,
} from '../../engine/live/index.ts';
import { Fault } from '../../base/fault.ts';
import type { TraceWindow } from '../../engine/journal/trace.ts';
import type { TapeInfo } from '../../market/tape.ts';
import { canonical } from '../run/identity.ts';
import { engineHash } from '../run/engine-hash.ts';
import { digest } from '../run/folder.ts';
import { deckOptionsOf, type LoadedRun } from '../run/run.ts';
import { doorOf, launchFor } from '../run/deck-strategy.ts';
import { loadStrategy, type LoadedStrategy } from '../run/strategy-file.ts';
import { processOf } from '../sandbox/settings.ts';
import { SECOND } from '../../time/instant.ts';
import { limitsOf } from '../config/limits.ts';
import type { DeckConfig } from '../config/schema.ts';
import { deckOnRecord } from '../wiring/account-mark.ts';

/** What only a session at the present time has. */
export interface LiveTerms {
  readonly opensAt: number;
  /** When the session was begun, an Instant: a second one of the same deck must not use the ids of the first again. */
  readonly begunAt: number;
  readonly streams: SessionHead['streams'];
  /** Left out where orders go to the simulated venue. */
  readonly decisionLifeUs?: number;
  /** Left out where the session lives in the broker's own time. */
  readonly skewMaxUs?: number;
  /** Whether the broker takes an id once only; yes unless told. */
  readonly hasUniqueIds?: boolean;
  /** Whether the broker tells what it books without an order; yes unless told. */
  readonly tellsBookings?: boolean;
  /** Which exits the broker keeps itself; none unless told. */
  readonly exits?: ExitRules;
  /** Whether an order that has filled in part is changed there; yes unless told. */
  readonly replacesPartFilled?: boolean;
  /** Whether the broker changes the net price of a package that works; no unless told. */
  readonly changesPackages?: boolean;
  /** Whether the broker ends an order at the instant till which it is good; yes unless told. */
  readonly endsGoodTill?: boolean;
  /** What a strategy in a process of its own left to this session; left out where none was before. */
  readonly strategyState?: string;
}

/** The head of a new session. `tape` is what the deck names; its rows are not in the head. */
export function newHead(loaded: LoadedRun, mode: SessionMode, live?: LiveTerms): SessionHead {
  const { config, strategy, parameters, tape, seed, universe, restored } = loaded;
  const options = deckOptionsOf(loaded);
  const { loosened } = limitsOf(config);
  const { source, simulated, instruments, actions, findings, fingerprint, adjustment } = tape;
  const code = { strategy: strategy.codeHash, engine: engineHash() };
  const begun = live === undefined ? {} : { begunAt: live.begunAt };
  const deck = deckOnRecord(config);
  const lineage = digest(canonical({ mode, config: deck, code, fingerprint, ...begun })).slice(0, 24);
  const strategies = [{ name: strategy.definition.name, parameters }];
  return {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode,
    deck,
    strategies,
    tape: { source, simulated, instruments, actions, findings, fingerprint, adjustment },
    streams: (live?.streams ?? options.streams).map(liveShape),
    conventions: options.conventions?.name ?? '',
    seed,
    lineage,
    code,
    universe: universe ?? null,
    ...(live === undefined ? {} : { opensAt: live.opensAt }),
    ...(live?.decisionLifeUs === undefined ? {} : { broker: brokerOf(lineage, live.decisionLifeUs, live) }),
    ...processPart(loaded, mode, live?.strategyState),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(loosened.length === 0 ? {} : { loosened }),
    restored: restored ?? null,
  };
}

/** The door of a strategy that lives in a process of its own, and what starts that. */
function processPart(
  { config, strategy }: LoadedRun,
  mode: SessionMode,
  restored: string | undefined,
): Pick<SessionHead, 'doors' | 'process'> {
  const settings = processOf(config.strategy.process);
  if (settings === undefined) return {};
  const decisionLifeUs = (config.session?.decisionSeconds ?? DECISION_SECONDS) * SECOND;
  const { guards } = launchFor(settings, strategy.file, mode);
  const { launcher } = settings;
  return {
    doors: [{ strategy: 0, decisionLifeUs }],
    process: { launcher, guards, ...(restored === undefined ? {} : { restored }) },
  };
}

/** How long a decision may become an order where the deck says nothing. */
export const DECISION_SECONDS = 15;

function brokerOf(genesis: string, decisionLifeUs: number, terms: LiveTerms): BrokerVenueOptions {
  const { skewMaxUs, hasUniqueIds, tellsBookings, exits, replacesPartFilled, changesPackages, endsGoodTill } = terms;
  return {
    genesis,
    prefix: 'td',
    decisionLifeUs,
    ...(skewMaxUs === undefined ? {} : { skewMaxUs }),
    ...(hasUniqueIds === false ? { hasUniqueIds } : {}),
    ...(tellsBookings === false ? { tellsBookings } : {}),
    ...(exits === undefined ? {} : { exits }),
    ...(replacesPartFilled === false ? { replacesPartFilled } : {}),
    ...(changesPackages === true ? { changesPackages } : {}),
    ...(endsGoodTill === false ? { endsGoodTill } : {}),
  };
}

/** A session that its head describes, ready to take its inputs, with what a run folder wants to know of it. */
export interface HeadedSession {
  readonly session: LiveSession;
  readonly loaded: LoadedRun;
}

/**
 * Makes the session that a head describes. A strategy or engine that has changed since is a `Fault`, unless `isForced`:
 * it would decide otherwise than what is written. With a window, what the strategy saw in it is kept.
 */
export async function sessionOf(
  head: SessionHead,
  folder: string,
  isForced = false,
  trace?: TraceWindow,
): Promise<HeadedSession> {
  // Written from a deck that was read and checked.
  const config = head.deck as DeckConfig;
  const strategy =
    head.doors === undefined
      ? await loadStrategy(config.strategy, folder)
      : doorOf(config.strategy, folder, head.strategies[0].name);
  if (!isForced) {
    same('strategy', head.code.strategy, strategy.codeHash);
    same('engine', head.code.engine, engineHash());
  }
  const loaded = loadedOf(head, config, strategy);
  const { broker, doors } = head;
  const deck = sessionDeck(head, loaded);
  const session = new LiveSession({
    deck: trace === undefined ? deck : { ...deck, trace },
    ...(broker === undefined ? {} : { broker }),
    ...(doors === undefined ? {} : { doors }),
  });
  return { session, loaded };
}

/** What the engine's deck of a session is made of. */
export function sessionDeck(head: SessionHead, loaded: LoadedRun): DeckOptions {
  const { streams, mode, opensAt, doors = [] } = head;
  const options = deckOptionsOf(loaded);
  const strategies = options.strategies.map(({ definition, parameters }, number) =>
    // What a strategy behind a door is told, its door has no use for.
    doors.some(({ strategy }) => strategy === number)
      ? { definition: doorStrategy(definition.name) }
      : { definition, ...(parameters === undefined ? {} : { parameters }) },
  );
  return { ...options, strategies, streams, mode, ...(opensAt === undefined ? {} : { opensAt }) };
}

/** The same for a strategy that is loaded: what its own session in its own process is made of. */
export function headedDeck(head: SessionHead, strategy: LoadedStrategy): DeckOptions {
  return sessionDeck(head, loadedOf(head, head.deck as DeckConfig, strategy));
}

function loadedOf(head: SessionHead, config: DeckConfig, strategy: LoadedRun['strategy']): LoadedRun {
  const tape: TapeInfo = head.tape;
  return {
    config,
    strategy,
    parameters: head.strategies[0]?.parameters as LoadedRun['parameters'],
    // There are no rows yet: they come as inputs.
    tape: { ...tape, slice: { streams: [] } },
    seed: head.seed,
    dataFingerprint: tape.fingerprint,
    universe: head.universe ?? undefined,
    restored: head.restored ?? undefined,
  };
}

function same(what: string, recorded: string, now: string): void {
  if (recorded === now) return;
  throw new Fault(
    'journal.other-code',
    `the ${what}'s code has changed since: its hash was ${recorded.slice(0, 12)}…, is ${now.slice(0, 12)}…`,
    {},
    'with the code of then it goes on; tradedeck verify --force shows what the code of today would have decided',
  );
}
