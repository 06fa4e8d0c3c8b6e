/**
 * Mistakes in controls that the simulator does not reach, because they lie beside the order path or before it: each is a
 * change of a line or two, and a named test must fail while it is there. `npm run simulate -- --bugs` hunts them after those
 * that seeds find.
 */
export interface Edit {
  /** Below `src`. */
  readonly file: string;
  /** What stands there once, and what is put in its place. */
  readonly from: string;
  readonly to: string;
}

export interface PlantedEdit {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The file of tests that must find it, below `test`. */
  readonly test: string;
}

const EVERYWHERE = 'desk/session/everywhere.process.test.ts';
const CODES = 'desk/session/one-time-code.process.test.ts';
const APPROVAL = 'desk/session/approval.process.test.ts';
const ACCOUNT = 'engine/limits/account.test.ts';
const HELD = 'engine/live/held-exits.test.ts';
const CORRECTIONS = 'engine/live/corrections.test.ts';

/** One change of one file. */
function edit(name: string, file: string, from: string, to: string, test: string): PlantedEdit {
  return { name, edits: [{ file, from, to }], test };
}

export const PLANTED_EDITS: readonly PlantedEdit[] = [
  // ---- The stop of all sessions
  edit(
    'a stop of all that cannot be read is none',
    'desk/session/everywhere.ts',
    "return { state: 'killed', reason: `${file} ${why}`, by: 'desk', at: '' };",
    'return undefined;',
    EVERYWHERE,
  ),
  edit(
    'a halt of all takes the place of a kill',
    'desk/session/everywhere.ts',
    'if (before !== undefined && !isWorse(wanted.state, before.state)) return before;',
    '',
    EVERYWHERE,
  ),
  edit(
    'a session that begins does not look for the stop of all',
    'desk/session/everywhere.ts',
    "return account === 'recovering' || isWorse(state, account);",
    "return account !== 'recovering' && isWorse(state, account);",
    EVERYWHERE,
  ),
  edit(
    'a session follows the stop of all again and again',
    'desk/session/everywhere.ts',
    'this.seen = which;',
    '',
    EVERYWHERE,
  ),
  edit(
    'one session is cleared while all are stopped',
    'desk/session/approval.ts',
    "if (command.do === 'clear') checkEverywhere();",
    '',
    EVERYWHERE,
  ),
  edit(
    'a kill of all is confirmed before its cancels are',
    'desk/session/stop-all.ts',
    "return failure === null && blockedMs !== null && (state !== 'killed' || emptyMs !== null);",
    'return failure === null && blockedMs !== null;',
    EVERYWHERE,
  ),
  edit(
    'the stop of all is told to sessions and not left standing',
    'desk/session/stop-all.ts',
    '  standStill(stop);\n',
    '',
    EVERYWHERE,
  ),
  edit(
    'the stop of all is lifted without a signature',
    'cli/everywhere.ts',
    'approvers().size === 0 ? undefined : signerOf(signed, about, nowMs);',
    'signed === undefined ? undefined : signerOf(signed, about, nowMs);',
    EVERYWHERE,
  ),
  edit(
    'the stop of all is lifted without the second factor',
    'cli/everywhere.ts',
    'if (signer !== undefined && existsSync(secretFileOf(signer.keyFile))) takeCode(signer.keyFile, code, nowMs);',
    '',
    EVERYWHERE,
  ),
  // ---- The second factor
  edit(
    'a code is good as often as one likes',
    'desk/session/one-time-code.ts',
    'if (step <= used.step) {',
    'if (step < used.step) {',
    CODES,
  ),
  edit(
    'codes may be guessed without end',
    'desk/session/one-time-code.ts',
    'if (wrong.length >= WRONG_MAX) {',
    'if (wrong.length === Infinity) {',
    CODES,
  ),
  edit(
    'wrong codes are forgotten when a right one comes',
    'desk/session/one-time-code.ts',
    'keep(file, { step, wrong });',
    'keep(file, { step, wrong: [] });',
    CODES,
  ),
  edit(
    'a record of use that is damaged counts as none',
    'desk/session/one-time-code.ts',
    "throw new Fault('approval.malformed', 'it does not say what was used of the second factor', { file: path });",
    'return { step: -1, wrong: [] };',
    CODES,
  ),
  edit(
    'the second factor is not asked for',
    'desk/session/approval.ts',
    "if (this.steps === 'signature and code' || existsSync(secretFileOf(keyFile))) takeCode(keyFile, code, nowMs);",
    '',
    APPROVAL,
  ),
  edit(
    'a key without a second factor lets real money go',
    'desk/session/approval.ts',
    "this.steps === 'signature and code' || existsSync(secretFileOf(keyFile))",
    'existsSync(secretFileOf(keyFile))',
    APPROVAL,
  ),
  edit(
    'a code that was once given for some deck is good for every deck',
    'desk/session/arming-code.ts',
    '`${digest(arming.signature).slice(0, 24)}.json`',
    "'confirmed.json'",
    CODES,
  ),
  edit(
    'a second factor is overwritten by another',
    'desk/session/one-time-code.ts',
    'if (existsSync(file)) {\n    const rule',
    'if (file === undefined) {\n    const rule',
    CODES,
  ),
  // ---- Signed commands
  edit(
    'a strategy is resumed without a signature',
    'desk/session/step-up.ts',
    "['clear', 'resume', 'unfreeze']",
    "['clear', 'unfreeze']",
    APPROVAL,
  ),
  edit(
    'a symbol is unfrozen without a signature',
    'desk/session/step-up.ts',
    "['clear', 'resume', 'unfreeze']",
    "['clear', 'resume']",
    APPROVAL,
  ),
  edit(
    'a signature is good for ever',
    'desk/session/step-up.ts',
    'if (!(Math.abs(nowMs - signed.at) <= GOOD_MS)) {',
    'if (nowMs < 0) {',
    APPROVAL,
  ),
  edit(
    'a looser limit takes one person where two may',
    'desk/session/approval.ts',
    "if (command.do !== 'limit' || approvers().size < 2) return",
    'if (name !== undefined) return',
    APPROVAL,
  ),
  edit(
    'the same person counts as the second one',
    'desk/session/step-up.ts',
    'if (before !== undefined && before.name !== name) {',
    'if (before !== undefined) {',
    APPROVAL,
  ),
  edit(
    'a halt is cleared on books that differ',
    'desk/session/approval.ts',
    "if (command.do === 'clear') checkBooks(conductor, wanted.despiteDifferences === true);",
    '',
    APPROVAL,
  ),
  // ---- States
  edit(
    'a clear after a restart lets orders go before the books are compared',
    'engine/live/trading-state.ts',
    "if (this.isCompared) this.set('active', reason, at);\n    else this.set('recovering', reason, at);",
    "this.set('active', reason, at);",
    'engine/live/trading-state.test.ts',
  ),
  edit(
    'a reduce that comes while recovering is forgotten',
    'engine/live/trading-state.ts',
    'this.reducesAfter = reason;\n      this.write',
    'this.write',
    'engine/live/trading-state.test.ts',
  ),
  // ---- Sectors
  edit(
    'a sector counts the order alone, and not what is held',
    'engine/limits/sectors.ts',
    'for (const instrument of members) value += worstValue(instrument, intent, view, ACCOUNT);',
    'if (members.has(intent.instrument)) value += worstValue(intent.instrument, intent, view, ACCOUNT);',
    ACCOUNT,
  ),
  edit(
    'options are in no sector',
    'engine/limits/sectors.ts',
    'own.has(option?.underlying ?? symbol) ? [index] : []',
    'own.has(symbol) && option === undefined ? [index] : []',
    ACCOUNT,
  ),
  edit(
    'a symbol of a sector that is not on the tape is passed over',
    'engine/limits/sectors.ts',
    'if (known.has(symbol)) continue;',
    'if (known.size > 0) continue;',
    ACCOUNT,
  ),
  edit(
    'a sector that has grown keeps what is in it from being closed',
    'engine/limits/sectors.ts',
    'if (!isFirst(intent, view) || !grows(intent, view)) return undefined;',
    'if (!isFirst(intent, view)) return undefined;',
    ACCOUNT,
  ),
  // ---- What cannot be valued
  edit(
    'an order is small enough where the account cannot be valued',
    'engine/limits/fat-finger.ts',
    'return !(value <= limit) && opens(intent, view)',
    'return value > limit && opens(intent, view)',
    ACCOUNT,
  ),
  edit(
    'a position is small enough where the account cannot be valued',
    'engine/limits/positions.ts',
    "return !(value <= limit)\n        ? refuse(\n            'position.share'",
    "return value > limit\n        ? refuse(\n            'position.share'",
    ACCOUNT,
  ),
  edit(
    'gross exposure is low enough where the account cannot be valued',
    'engine/limits/positions.ts',
    "return !(gross <= limit)\n        ? refuse(\n            'exposure.gross'",
    "return gross > limit\n        ? refuse(\n            'exposure.gross'",
    ACCOUNT,
  ),
  edit(
    'net exposure is low enough where the account cannot be valued',
    'engine/limits/positions.ts',
    'return !(net <= limit)',
    'return net > limit',
    ACCOUNT,
  ),
  edit(
    'a strategy is small enough where the account cannot be valued',
    'engine/limits/positions.ts',
    "return !(gross <= limit)\n        ? refuse(\n            'exposure.strategy'",
    "return gross > limit\n        ? refuse(\n            'exposure.strategy'",
    ACCOUNT,
  ),
  edit(
    'a sector is small enough where the account cannot be valued',
    'engine/limits/sectors.ts',
    'if (value === Infinity || value <= limit) continue;',
    'if (value === Infinity || !(value > limit)) continue;',
    ACCOUNT,
  ),
  edit(
    'an order can be paid for where the account cannot be valued',
    'engine/limits/funds.ts',
    'return !(cost <= free * (1 + 1e-9) + 1e-6)',
    'return cost > free * (1 + 1e-9) + 1e-6',
    ACCOUNT,
  ),
  // ---- Exits that are held here
  edit(
    'one tick reaches an exit that is held here',
    'engine/live/exits/exit-watch.ts',
    'if (since !== undefined) {\n      if (at > since) this.listener.reached(order, at);',
    'if (since === undefined || since !== undefined) {\n      this.listener.reached(order, at);',
    HELD,
  ),
  edit(
    'a quote with one side reaches an exit that is held here',
    'engine/live/exits/exit-watch.ts',
    'return bid > 0 && ask >= bid && this.isOpen(instrument, at);',
    'return this.isOpen(instrument, at);',
    HELD,
  ),
  edit(
    'what was seen before the process was gone confirms what is seen after it',
    'engine/live/exits/held-exits.ts',
    '    this.watch.forget();\n    this.aloneSince = from;',
    '    this.aloneSince = from;',
    HELD,
  ),
  edit(
    'a bad print drags a stop that trails',
    'engine/live/exits/exit-watch.ts',
    'const best = side > 0 ? Math.max(before, far) : Math.min(before, far);',
    'const best = far;',
    HELD,
  ),
  {
    name: 'a stop that the broker refused is looked for there and sent again',
    edits: [
      {
        file: 'engine/live/books/reconcile.ts',
        from: 'ticket.isOut && !ticket.isOver && !isListed',
        to: 'ticket.isOut && !isListed',
      },
      {
        file: 'engine/live/broker/contact.ts',
        from: 'if (FINAL_STATES.has(ticket.order.status) || ticket.isOver) return;',
        to: 'if (FINAL_STATES.has(ticket.order.status)) return;',
      },
    ],
    test: HELD,
  },
  edit(
    'a pair of exits is known by its size only',
    'engine/live/broker/foreign.ts',
    "(ticket.group.kind === 'oco' || ticket.group.leader !== ticket)",
    'ticket.group.leader !== ticket',
    'engine/live/kept-pairs.test.ts',
  ),
  // ---- Corrections
  edit(
    'a symbol trades on while a correction of it waits',
    'engine/live/broker/corrections.ts',
    'if (instrument !== undefined && !isAccepted) doubts.set(instrument, wordingOf(id, fill));',
    '',
    CORRECTIONS,
  ),
  edit(
    'what waits for its chain is forgotten over night',
    'engine/live/broker/corrections.ts',
    'for (const [id, each] of aside) this.aside.set(id, each);',
    '',
    CORRECTIONS,
  ),
  // ---- Bars
  edit(
    'of bars that come together a strategy sees the last alone',
    'engine/live/inbox.ts',
    'if (seen.has(key)) return i;',
    '',
    'engine/live/inbox.test.ts',
  ),
  // ---- The kill that needs only keys
  edit(
    'a kill that keeps exits takes a package for one that opens',
    'adapters/alpaca/kill-all.ts',
    '(isPackage ? legs : [order]).map(partOf)',
    '[order].map(partOf)',
    'adapters/alpaca/kill-all.process.test.ts',
  ),
  edit(
    'a kill that keeps exits takes a roll for one that only closes',
    'adapters/alpaca/kill-all.ts',
    'parts.length > 0 && parts.every(',
    'parts.length > 0 && parts.some(',
    'adapters/alpaca/kill-all.process.test.ts',
  ),
  // ---- Losses that were bought back
  edit(
    'what was sold no later than a loss replaces it',
    'report/wash-sales.ts',
    'lot.left > 0 && lot.soldAt > soldAt && daysBetween',
    'lot.left > 0 && daysBetween',
    'report/wash-sales.test.ts',
  ),
  edit(
    'the window of a loss that was bought back ends a day early',
    'report/wash-sales.ts',
    'if (daysBetween(soldAt, lot.boughtAt) > WINDOW_DAYS) break;',
    'if (daysBetween(soldAt, lot.boughtAt) >= WINDOW_DAYS) break;',
    'report/wash-sales.test.ts',
  ),
  edit(
    'a share that was bought replaces two that were sold',
    'report/wash-sales.ts',
    '  lot.left -= units;\n',
    '',
    'report/wash-sales.test.ts',
  ),
];
