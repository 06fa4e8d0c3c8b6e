/** Mistakes in what a desk asks of people: the stop of all sessions, second factors, signatures, the kill at the broker. */
import { edit, type PlantedEdit } from './edit.ts';

const EVERYWHERE = 'desk/session/everywhere.process.test.ts';
const TOTAL = 'desk/session/all-sessions.process.test.ts';
const CODES = 'desk/session/one-time-code.process.test.ts';
const APPROVAL = 'desk/session/approval.process.test.ts';
const KILL = 'adapters/alpaca/kill-all.process.test.ts';

export const OF_THE_DESK: readonly PlantedEdit[] = [
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
    'if (existsSync(secretFileOf(signer.keyFile))) takeCode(signer.keyFile, code, nowMs);',
    '',
    EVERYWHERE,
  ),
  // ---- Limits of all sessions
  edit(
    'a restart forgets what was lost today',
    'desk/session/all-sessions.ts',
    'isSame ? before.began : equity;',
    'equity;',
    TOTAL,
  ),
  edit(
    'rehearsals count with real money',
    'desk/session/all-sessions.ts',
    'mode === this.whose.mode && date === this.whose.date',
    'date === this.whose.date',
    TOTAL,
  ),
  edit(
    'how all stand is not known, and that is within the limits',
    'desk/session/all-sessions.ts',
    'return { text: `how all stand is not known: ${why}`, isHalt: false };',
    'return undefined;',
    TOTAL,
  ),
  edit(
    'a looser limit of all needs no signature',
    'cli/everywhere.ts',
    'const isLooser = before !== undefined && value > before;',
    'const isLooser = before === undefined && value < 0;',
    TOTAL,
  ),
  // ---- The second factor
  edit(
    'a code is good as often as one likes',
    'desk/session/one-time-code.ts',
    'if (step > before) return',
    'if (step >= before) return',
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
    'return { step, wrong: mistakes };',
    'return { step, wrong: [] };',
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
    "['clear', 'resume', 'unfreeze', 'flatten-halted']",
    "['clear', 'unfreeze', 'flatten-halted']",
    APPROVAL,
  ),
  edit(
    'a symbol is unfrozen without a signature',
    'desk/session/step-up.ts',
    "['clear', 'resume', 'unfreeze', 'flatten-halted']",
    "['clear', 'resume', 'flatten-halted']",
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
    "if (command.do === 'clear' || command.do === 'flatten-halted')\n        checkBooks",
    '',
    APPROVAL,
  ),
  // ---- The kill that needs only keys
  edit(
    'a kill that keeps exits takes a package for one that opens',
    'adapters/alpaca/kill-all.ts',
    '(isPackage ? legs : [order]).map(partOf)',
    '[order].map(partOf)',
    KILL,
  ),
  edit(
    'a kill that keeps exits takes a roll for one that only closes',
    'adapters/alpaca/kill-all.ts',
    'parts.length > 0 && parts.every(',
    'parts.length > 0 && parts.some(',
    KILL,
  ),
];
