/**
 * Says what went wrong: a person's mistakes in full and without a stack, a bug with one.
 */
import { AssertionError } from '../base/assert.ts';
import { Fault } from '../base/fault.ts';
import type { LocatedFault } from '../desk/config/faults.ts';
import type { Finding } from '../market/tape.ts';
import { exitCodeOf, type ExitCode } from './exit-codes.ts';
import { styledError, tell } from './terminal.ts';

/** Writes an error to standard error and returns the exit code for it. */
export function reportError(error: unknown, asJson: boolean): ExitCode {
  const code = exitCodeOf(error);
  if (asJson) tell(JSON.stringify({ error: { exitCode: code, faults: faultsOf(error) } }));
  else for (const line of linesOf(error)) tell(line);
  return code;
}

function linesOf(error: unknown): string[] {
  if (hasFaults(error)) {
    const { faults } = error;
    const lines = faults.map(({ fault, excerpt }) => `${head(fault)}${excerpt === '' ? '' : `\n${dim(excerpt)}`}`);
    return counted(lines);
  }
  if (error instanceof Fault) return counted([error, ...error.others].map(head));
  if (hasFindings(error)) return [`${label('error')} ${error.message}`];
  if (error instanceof AssertionError) return [`${label('bug')} ${error.stack ?? error.message}`];
  return [`${label('error')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
}

function counted(mistakes: string[]): string[] {
  return mistakes.length === 1 ? mistakes : [...mistakes, `${mistakes.length} mistakes; nothing was done.`];
}

function head({ rule, place, hint }: Fault): string {
  const where = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  const field = place.field ?? '';
  const parts = [where === '' ? '' : styledError('cyan', where), field === '' ? '' : styledError('bold', field)];
  const at = parts.filter((part) => part !== '').join(' ');
  // A rule that says what must be is a sentence about the place; any other is a sentence of its own.
  const joint = at === '' ? '' : rule.startsWith('must ') ? ' ' : ': ';
  return `${label('error')} ${at}${joint}${rule}${hint === undefined ? '' : ` — ${styledError('yellow', hint)}`}`;
}

function faultsOf(error: unknown): unknown[] {
  const plain = ({ code, rule, place, hint }: Fault): unknown => ({
    code,
    rule,
    ...place,
    ...(hint === undefined ? {} : { hint }),
  });
  if (hasFaults(error)) return error.faults.map(({ fault }) => plain(fault));
  if (error instanceof Fault) return [error, ...error.others].map(plain);
  if (hasFindings(error)) {
    return error.findings.map(({ rule, file, row, message, value }) => {
      return { code: `data.${rule}`, rule: message, file, line: row, value };
    });
  }
  return [{ code: 'error', rule: error instanceof Error ? error.message : String(error) }];
}

/** Known by name, so that a run without a set-up file need not load what reads one. */
function hasFaults(error: unknown): error is Error & { faults: readonly LocatedFault[] } {
  return error instanceof Error && error.name === 'ConfigError' && 'faults' in error;
}

function hasFindings(error: unknown): error is Error & { findings: readonly Finding[] } {
  return error instanceof Error && error.name === 'DirtyData' && 'findings' in error;
}

function label(word: string): string {
  return styledError(['red', 'bold'], `${word}:`);
}

function dim(text: string): string {
  return styledError('dim', text);
}
