/**
 * A session at the present time: prices come from a live tape, orders go to the simulated venue (paper) or to a broker
 * (rehearsal, live).
 *
 * To start is to recover is to reconcile. The account's lease comes first, then the journal, then what happened while
 * nobody listened; the account is recovering until its books were compared with the broker's, and no order leaves before.
 */
import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { FileLease, leaseHome } from '../../adapters/lease-files/index.ts';
import { nodeDigests, RESERVE_BYTES, SessionLock, type SessionFiles } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { Conductor, headOf, type BrokerRequest, type SessionHead } from '../../engine/live/index.ts';
import { extendState } from '../../engine/state/extend.ts';
import { DAY, formatInstant, SECOND } from '../../time/instant.ts';
import { SessionAlerts } from '../alerts/session-alerts.ts';
import { beatsPlace } from '../deadman/beats-of.ts';
import { checkMode } from '../config/resolve.ts';
import type { DeckConfig } from '../config/schema.ts';
import { digest, writeReport } from '../run/folder.ts';
import { checkFit, identityOf, loadRun, type LoadedRun } from '../run/run.ts';
import { channelsOf } from '../wiring/channels.ts';
import { openBroker, type OpenLink } from '../wiring/brokers.ts';
import { liveSource, tapeAfter } from '../wiring/live-tapes.ts';
import { clockOf } from './clock.ts';
import { hearTime, isUnsure, obeyJumps } from './jumps.ts';
import { conductDay, leaveBroker, type DayEnd, type DayParts } from './conduct.ts';
import { checkArming } from './arming.ts';
import { confirmArming } from './arming-code.ts';
import { termsOf } from './broker-terms.ts';
import { actionsAheadOf } from './actions-ahead.ts';
import { beginningLease } from './beginning-lease.ts';
import { Control } from './control.ts';
import { sessionDay } from './day.ts';
import { Days, leave, type Left } from './days.ts';
import { isClean, inOneLine, summariseDay, writeSummary, type DaySummary } from './day-summary.ts';
import type { Found, LiveDay, LiveWorld } from './live-world.ts';
import type { LiveTape } from './live-tape.ts';
import { openTape } from './open-tape.ts';
import { newHead } from './options.ts';
import type { OwnProcess } from './own-process.ts';
import { recovered } from './recovered.ts';
import { checkAccount, checkBrokerDeck, checkClock, checkDelay, tailOf } from './permission.ts';
import { FollowedStop } from './everywhere.ts';
import { firstBooks } from './first-books.ts';
import { drillDue } from './last-drill.ts';
import { marketOf } from './market-of.ts';
import { Measures } from './measures.ts';
import { headroomOf } from './headroom.ts';
import { JOURNAL_FOLDER, rememberDeckFolder } from './journal-folder.ts';
import { folderOf, openJournal } from './play.ts';
import { skewWatchOf } from './skew.ts';
import { sayRunning } from './running.ts';
import { instantOr } from './status.ts';
import { unmeasured } from './unmeasured.ts';
import { accountOf, nameOf } from './watchdog/guard-of.ts';
import { watchdogNotes } from './watchdog/guard.ts';
import { Watches } from './watchdog/watches.ts';

/** A night, a weekend and a holiday: the newest bars of a day are known only after it. */
const NIGHT_US = 6 * DAY;

/** How far this machine's clock may be off the broker's while a session runs. */
const SKEW_MAX_US = 5 * SECOND;
/** How long the last messages to people may take: a part of the eight seconds that an end may take. */
const FAREWELL_MS = 1500;

/** Plays today's session of a deck. */
export async function playLive(config: DeckConfig, mode: SessionHead['mode'], world: LiveWorld): Promise<LiveDay> {
  checkMode(config.mode, mode);
  const { deckFolder: folder, environment, fakeUrl } = world;
  // Before anybody is asked for anything.
  let confirmed = (): void => undefined;
  if (mode === 'live') {
    const arming = await checkArming(config, folder, world.armingFile);
    confirmed = await confirmArming(arming, world.askCode, Date.now);
    world.notice(`signed by ${arming.by} on ${arming.at}`);
  }
  // A secret of a channel that is missing is said before anything is opened.
  channelsOf(config.alerts, { folder, environment, isLive: mode === 'live' });
  beatsPlace(config, folder);
  const source = await liveSource({ config, mode, folder, environment, fakeUrl });
  checkDelay(mode, config, source.delayUs, source.title);
  const broker =
    mode === 'paper'
      ? undefined
      : await openBroker({ mode, config: config.broker, tape: config.tape, folder, environment, fakeUrl });
  if (broker !== undefined) checkBrokerDeck(config);
  const facts = await broker?.facts();
  if (facts !== undefined && mode !== 'paper') checkAccount(mode, config, facts);
  const market = marketOf(config);
  const clock = await clockOf(source);
  checkClock(market, await source.clock(), source.isFake ? Number.NaN : clock.now());
  const day = sessionDay(market, clock.now(), world.isNext);
  if (day === undefined) return { kind: 'no-session', opensNext: market.nextOpen(clock.now()) };
  if (mode === 'live' && facts !== undefined && !(await world.confirm(facts, day))) {
    throw new Fault('mode.unconfirmed', 'it was not confirmed, so nothing was started');
  }
  // A code is good once: it counts as used when nothing else can be said wrongly any more.
  confirmed();
  const account = broker === undefined || facts === undefined ? undefined : accountOf(broker, facts);
  const take = account === undefined ? undefined : () => FileLease.take(leaseHome(), account, nameOf(config));
  const { lease, begun, end } = beginningLease(take);
  try {
    return await new LiveSessionDay(config, mode, world, { source, broker, facts, clock, day, lease, begun }).play();
  } finally {
    end();
  }
}

class LiveSessionDay {
  private readonly config: DeckConfig;
  private readonly mode: SessionHead['mode'];
  private readonly world: LiveWorld;
  private readonly found: Found;
  private link: OpenLink | undefined;
  private loaded: LoadedRun | undefined;
  private own: OwnProcess | undefined;
  /** The broker refuses the keys: it is asked for nothing more. */
  private isLocked = false;
  private readonly alerts: SessionAlerts;
  private readonly measures = new Measures(() => this.link?.requestsLeft);

  constructor(config: DeckConfig, mode: SessionHead['mode'], world: LiveWorld, found: Found) {
    this.config = config;
    this.mode = mode;
    this.world = world;
    this.found = found;
    const { deckFolder: folder, environment, notice } = world;
    const account = found.facts === undefined ? '' : tailOf(found.facts.number);
    const speaker = { mode, deck: nameOf(config), account };
    this.alerts = new SessionAlerts(config.alerts, { folder, environment, isLive: mode === 'live', speaker, notice });
  }

  async play(): Promise<LiveDay> {
    const { world, found, mode } = this;
    const { config, facts, day } = { ...found, config: this.config };
    const name = (config.name ?? config.strategy.name ?? 'session').replaceAll(/[^\w.-]+/g, '-');
    const runs = resolve(world.base, config.output?.folder ?? 'runs');
    // On paper each day stands for itself.
    const days =
      facts === undefined ? undefined : new Days(runs, name, digest(`${mode} ${name} ${facts.number}`).slice(0, 8));
    const left = await days?.before(day.date, world.deckFolder);
    const { loaded, head: proposed } = await this.propose(left);
    // The name of the folder must be the same after a restart, when the account has other cash.
    const folder = folderOf(loaded, identityOf(loaded).id, world.base);
    mkdirSync(dirname(folder), { recursive: true });
    // What is held and what was done is nobody else's to read.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rememberDeckFolder(folder, world.deckFolder);
    const lock = SessionLock.take(folder);
    const files = openJournal(
      join(folder, JOURNAL_FOLDER),
      proposed,
      world.isAgain,
      found.broker === undefined ? 0 : RESERVE_BYTES,
    );
    const endRunning = sayRunning(folder);
    let control: Control | undefined;
    let tape: LiveTape | undefined;
    let watches: Watches | undefined;
    try {
      const head = headOf(files.stored.texts[0], folder);
      const conductor = await this.recover(head, files, folder);
      const count = files.stored.texts.length - 1;
      days?.begin(day.date, folder);
      for (const { at, what } of watchdogNotes(folder).slice(-3)) world.notice(`watchdog, ${at}: ${what}`);
      control = await Control.open(
        folder,
        conductor,
        () => found.clock.now(),
        () => ({
          pricesAt: tape === undefined ? null : instantOr(tape.inbox.arrivedAt),
          account: found.facts === undefined ? null : tailOf(found.facts.number),
          channels: this.alerts.status,
          loosened: head.loosened ?? [],
          process: this.own?.status ?? null,
        }),
        mode === 'live' ? 'signature and code' : config.session?.signed === true ? 'signature' : 'none',
        this.measures,
      );
      tape = await openTape(world, found, head, conductor, files);
      world.onReady({
        mode,
        account: found.facts,
        day: found.day,
        prices: found.source.title,
        recovered: count,
        folder,
      });
      this.alerts.resume(conductor.session);
      const plays = `${conductor.session.deck.hosts[0].definition.name}, ${found.source.title}`;
      this.alerts.news('session.begins', 3, plays, found.clock.now());
      for (const bar of left?.bars ?? []) tape.inbox.seenBar(...bar);
      // A process that was there before catches up while the books are compared; the first must be able to begin.
      await this.own?.begin(conductor, count === 0);
      await this.begin(conductor, tape, count > 0, left !== undefined);
      const lacking = unmeasured(conductor.session);
      if (lacking !== undefined) this.alerts.notable('limits.unmeasured', lacking, found.clock.now());
      const due = drillDue(config, mode, Date.now());
      if (due !== undefined) this.alerts.notable('drill.due', due.message, found.clock.now(), due.priority);
      watches = new Watches({ config, mode, world, found, folder, conductor, alerts: this.alerts });
      const parts = this.dayParts(conductor, tape, digest(files.stored.texts[0]));
      const playedMs = performance.now();
      found.begun();
      const end = await conductDay(parts);
      if (end === 'stopped') await leaveBroker(parts, parts.atStop);
      // Of a journal that broke, what works at the broker is left to who goes on with it, or to the watchdog.
      if (end !== 'broken') await watches.end();
      const summary = await this.finish(conductor, head, tape, end, folder);
      if (end === 'closed' && this.loaded !== undefined && config.output?.report !== false) {
        // From here on its strategies know that it is over.
        const { deck } = conductor.session;
        const timings = { load: 0, play: performance.now() - playedMs };
        const result = deck.finish(false);
        const ended = { deck, result, isComplete: true, state: undefined, timings };
        await writeReport({ ...this.loaded, ...identityOf(loaded), ...ended }, folder, summary.journalHash);
      }
      return { kind: 'played', folder, summary };
    } finally {
      this.measures.close();
      watches?.close();
      tape?.close();
      this.own?.close();
      await this.alerts.close(FAREWELL_MS);
      this.link?.close();
      await control?.close();
      endRunning();
      files.close();
      lock.release();
    }
  }

  /** What a new session of today would be: it goes on from what the day before left. */
  private async propose(left: Left | undefined): Promise<{ loaded: LoadedRun; head: SessionHead }> {
    const { config, mode, world, found } = this;
    const { start: _start, end: _end, ...tape } = config.tape;
    const info = tapeAfter(await found.source.describe(found.day.day), left);
    // A live tape has no span: that is for the backtest of the same deck.
    const named = { ...config, mode, tape } as DeckConfig;
    const loaded = await loadRun(named, world.deckFolder, mode, { ...info.tape, slice: { streams: [] } });
    // What a day before has left goes on, whatever could be begun.
    if (left === undefined) checkFit(loaded, { ...info, isFlat: found.broker === undefined });
    const cash = left?.cash ?? config.account?.cash ?? found.facts?.cash;
    const account = cash === undefined ? config.account : { ...config.account, cash };
    const decisionLifeUs = (config.session?.decisionSeconds ?? 15) * SECOND;
    const symbols = info.tape.instruments.map(({ symbol }) => symbol);
    const head = newHead(
      {
        ...loaded,
        config: { ...named, ...(account === undefined ? {} : { account }) },
        restored: left === undefined ? undefined : extendState(left.state, symbols),
      },
      mode,
      {
        opensAt: Math.max(found.clock.now(), found.day.openAt),
        begunAt: found.clock.now(),
        streams: info.streams,
        ...(found.broker === undefined ? {} : { decisionLifeUs, ...termsOf(found.broker) }),
        ...(found.source.isFake ? {} : { skewMaxUs: SKEW_MAX_US }),
        ...(left?.strategyState === undefined ? {} : { strategyState: left.strategyState }),
      },
    );
    return { loaded, head };
  }

  /** The session as its journal has it, and the conductor that goes on. */
  private async recover(head: SessionHead, files: SessionFiles, folder: string): Promise<Conductor> {
    const { world, found } = this;
    const { deckFolder } = world;
    const { session, loaded, own } = await recovered(
      head,
      files,
      { folder, deckFolder, now: () => found.clock.now() },
      { rule: "today's session of this deck is over", hint: 'tradedeck status' },
    );
    this.loaded = loaded;
    this.own = own;
    const conductor: Conductor = new Conductor(
      {
        session,
        disk: this.measures.timed(files),
        broker: { send: (request) => this.send(request, conductor) },
        now: () => found.clock.now(),
        isTimeUnsure: () => isUnsure(found.clock),
        maySend: () => found.lease?.maySend() !== false,
        digests: nodeDigests,
        onBroken: (error) => {
          world.notice(`the journal cannot be written: ${error.message}`);
          this.alerts.news('journal.broken', 1, `nothing new is sent: ${error.message}`, session.at);
        },
        onOutcome: (outcome, input) => {
          own?.heard(input, outcome);
          for (const alert of outcome.alerts) world.onAlert(alert);
          this.alerts.heard(outcome, input, session);
          if (input.kind === 'report') this.measures.heard(input.report);
        },
      },
      files.stored.hash,
      files.stored.texts.length,
    );
    return conductor;
  }

  /** History, the broker's books, and then the present, in this order. */
  private async begin(conductor: Conductor, tape: LiveTape, isRestart: boolean, isNext: boolean): Promise<void> {
    const { found, world } = this;
    const { session } = conductor;
    const { clock, broker } = found;
    const by = userInfo().username;
    if (isRestart || isNext) {
      // From here on the account recovers: what was missed is seen, and not acted upon.
      conductor.take({ kind: 'start', at: session.at, by });
      const rows = await tape.fill(isNext ? session.at - NIGHT_US : session.at, clock.now());
      if (rows > 0) world.notice(`${rows} bars were missed since ${formatInstant(session.at)}`);
    } else {
      await tape.fill(-Infinity, clock.now());
      conductor.take({ kind: 'start', at: clock.now(), by });
    }
    obeyJumps(clock, conductor, broker !== undefined, world.notice);
    // Whoever begins while all are stopped begins stopped.
    new FollowedStop(conductor, () => clock.now()).look();
    // Not before the tape was brought up: its rows come in order, and books are of now.
    await tape.connect();
    const skew = found.source.isFake ? undefined : skewWatchOf(clock, this.alerts);
    const link = await broker?.link(
      (report) => {
        if (report.kind === 'link' && report.state === 'locked') this.isLocked = true;
        hearTime(clock, report);
        skew?.heard(report);
        conductor.take({ kind: 'report', at: clock.now(), report });
      },
      clock,
      conductor.session.deck.tape.instruments,
    );
    if (link === undefined) return;
    this.link = link;
    await link.connect();
    await firstBooks(conductor, { clock, stop: world.stop, isLocked: () => this.isLocked });
  }

  /** After keys were refused each further request would only be refused too. */
  private send(request: BrokerRequest, conductor: Conductor): void {
    if (!this.isLocked) {
      this.measures.sent(request);
      this.link?.send(request);
    } else if (request.kind !== 'snapshot') {
      const { kind, clientId } = request;
      const report = { kind: 'lost', clientId, request: kind, cause: 'the broker refuses the keys' } as const;
      conductor.take({ kind: 'report', at: this.found.clock.now(), report });
    }
  }

  private dayParts(conductor: Conductor, tape: LiveTape, session: string): DayParts {
    const { world, found, config } = this;
    const { atEnd, reconcileSeconds = 30, staleSeconds = 90 } = config.session ?? {};
    return {
      conductor,
      tape,
      clock: found.clock,
      day: found.day,
      lease: found.lease,
      hasBroker: found.broker !== undefined,
      // A deck that says nothing leaves nothing over the night, and what is held protected while the day lasts.
      atEnd: atEnd ?? 'cancel',
      atStop: atEnd ?? 'keep-exits',
      reconcileUs: reconcileSeconds * SECOND,
      staleUs: staleSeconds * SECOND,
      stop: world.stop,
      isLocked: () => this.isLocked,
      notice: world.notice,
      whose: { mode: this.mode, date: found.day.date, account: found.facts?.number ?? nameOf(config), session },
      headroom: headroomOf(conductor, found.clock, resolve(world.base, config.output?.folder ?? 'runs'), this.alerts),
      ahead: actionsAheadOf(conductor.session, found.broker, { ...found, market: marketOf(config) }, this.alerts),
      onBeyond: (text) => this.alerts.news('limits.everywhere', 1, text, found.clock.now()),
      onSilence: (message, isOver) => this.alerts.news('data.stale', 2, message, found.clock.now(), isOver),
    };
  }

  private async finish(
    conductor: Conductor,
    head: SessionHead,
    tape: LiveTape,
    end: DayEnd,
    folder: string,
  ): Promise<DaySummary> {
    const { session } = conductor;
    if (end === 'closed') {
      conductor.take({ kind: 'stop', at: Math.max(session.at, this.found.clock.now()), reason: 'after the close' });
      const strategyState = await this.own?.end();
      if (this.found.broker !== undefined) leave(folder, session, head, this.found.day.date, strategyState);
    }
    const prices = { ...tape.inbox.counts, breaks: tape.breaks };
    const summary = summariseDay(conductor, head, this.found.day, end, prices);
    writeSummary(folder, summary);
    this.alerts.news('session.ended', isClean(summary) ? 3 : 1, inOneLine(summary), session.at);
    return summary;
  }
}
