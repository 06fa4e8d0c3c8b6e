/**
 * Reads the values of flags: a wrong one is refused at once, with the rule and the value.
 */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { didYouMean } from '../base/did-you-mean.ts';

/** A finite number above zero. */
export function positive(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** A whole number of at least zero that fits 32 bits. */
export function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 4_294_967_295)
    throw new InvalidArgumentError('It must be a whole number, 0 … 4294967295.');
  return value;
}

/** A whole number of at least one. */
export function whole(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
}

/** A whole number of at least zero. */
export function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return value;
}

/** A port; 0 for any. */
export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('It must be a whole number, 0 … 65535.');
  return value;
}

/** A share, 0 … 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a number, 0 … 1.');
  return value;
}

/** A file for a table, whose name says how it is written. */
export function tableFile(text: string): string {
  if (!/\.(csv|json)$/.test(text)) throw new InvalidArgumentError('Its name must end in .csv or .json.');
  return text;
}

/** An existing day. */
export function date(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('It must be an existing day as YYYY-MM-DD.');
  }
  return text;
}

/** One of a few words; a word that is nearly one of them is answered with it. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    const hint = didYouMean(text, words);
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}${hint === undefined ? '' : `; ${hint}`}`);
  };
}

/** Gathers a flag that may be given several times, or once with commas. */
export function list(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',').map((part) => part.trim())];
}

/** Gathers a flag that may be given several times. */
export function repeated(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** A range such as `1-10`, `0.15-0.4`, `5-` or `-10`; both ends belong to it. */
export function range(text: string): { min?: number; max?: number } {
  const match = /^(\d*\.?\d*)-(\d*\.?\d*)$/.exec(text.trim());
  const [min, max] = (match?.slice(1) ?? []).map((part) => (part === '' ? undefined : Number(part)));
  const isEmpty = min === undefined && max === undefined;
  if (match === null || isEmpty || Number.isNaN(min) || Number.isNaN(max)) {
    throw new InvalidArgumentError('It must be a range, as in 1-10, 5- or -0.4.');
  }
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** A rate per year, −1 … 1: 0.04 is 4 %. */
export function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > -1 && value < 1)) throw new InvalidArgumentError('It must be a number as 0.04.');
  return value;
}
