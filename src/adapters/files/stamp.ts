/**
 * Dates and times as files write them, read from bytes: a day, a clock time, and whether the text named its zone.
 *
 * A stamp is split into `day` (days since 1970) and `clock` (microseconds after midnight), NaN where the text has none,
 * because a date without a time means a session and not an instant. Text with a zone (`Z`, `+01:00`) and epochs are
 * turned to UTC.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../time/instant.ts';
import { zone } from '../../time/zone.ts';
import { textOf } from './number.ts';

export type StampFormat =
  | 'year-month-day'
  | 'yyyymmdd'
  | 'month-day-year'
  | 'day-month-year'
  | 'month-name'
  | 'clock'
  | 'hhmmss'
  | 'epoch-seconds'
  | 'epoch-milliseconds'
  | 'epoch-microseconds'
  | 'epoch-nanoseconds'
  | 'milliseconds-of-day';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Parses stamps of one format; after `parse` returned true, `day`, `clock` and `zoned` hold what was read. */
export class StampReader {
  day = Number.NaN;
  clock = Number.NaN;
  /** The text named its zone; `day` and `clock` are then UTC. */
  zoned = false;
  private readonly format: StampFormat;
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;
  private end = 0;
  private lastText = -1;
  private lastDay = Number.NaN;
  /** Where the date of the row before begins, when it was read the short way. */
  private lastAt = -1;

  constructor(format: StampFormat) {
    this.format = format;
  }

  /** Reads bytes `from` … `to` − 1; false when they are no stamp of this format, or a day that does not exist. */
  parse(bytes: Uint8Array, from: number, to: number): boolean {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.lastAt = -1;
    this.day = Number.NaN;
    this.clock = Number.NaN;
    this.zoned = false;
    switch (this.format) {
      case 'year-month-day':
        return (this.isoDate() || this.dateByParts(0, 1, 2)) && this.optionalTime();
      case 'month-day-year':
        return this.dateByParts(2, 0, 1) && this.optionalTime();
      case 'day-month-year':
        return this.dateByParts(2, 1, 0) && this.optionalTime();
      case 'yyyymmdd':
        return this.compactDate() && this.optionalTime();
      case 'month-name':
        return this.namedMonth(textOf(bytes, from, to));
      case 'clock':
        return this.time() && this.at === this.end;
      case 'hhmmss':
        return this.compactTime() && this.at === this.end;
      case 'epoch-seconds':
        return this.epoch(SECOND);
      case 'epoch-milliseconds':
        return this.epoch(1000);
      case 'epoch-microseconds':
        return this.epoch(1);
      case 'epoch-nanoseconds':
        return this.epoch(0.001);
      case 'milliseconds-of-day': {
        const milliseconds = this.digits(8);
        this.clock = milliseconds * 1000;
        return this.at === this.end && milliseconds >= 0 && this.clock < DAY;
      }
    }
  }

  /**
   * Reads the usual stamp the short way: `2024-03-01`, `2024-03-01 14:30`, `2024-03-01T14:30:00Z`, `2024-03-01T14:30:00.000Z`, up to a delimiter or
   * the end of the line. Returns where it ends; −1 for anything else, which `parse` then judges.
   */
  parseUsual(bytes: Uint8Array, from: number, delimiter: number): number {
    if (this.format !== 'year-month-day' || bytes[from + 4] !== 45 || bytes[from + 7] !== 45) return -1;
    if (!this.repeatsDate(bytes, from)) {
      this.at = from;
      this.end = from + 10;
      this.bytes = bytes;
      if (!this.isoDate()) return -1;
    }
    this.lastAt = from;
    this.day = this.lastDay;
    this.clock = Number.NaN;
    this.zoned = false;
    let at = from + 10;
    const separator = bytes[at];
    if (separator === 84 || separator === 32) {
      const hours = twoDigits(bytes, at + 1);
      const minutes = twoDigits(bytes, at + 4);
      const hasSeconds = bytes[at + 6] === 58;
      const seconds = hasSeconds ? twoDigits(bytes, at + 7) : 0;
      if (bytes[at + 3] !== 58 || !(hours < 24) || !(minutes < 60) || !(seconds < 60)) return -1;
      this.clock = hours * HOUR + minutes * MINUTE + seconds * SECOND;
      at += hasSeconds ? 9 : 6;
      if (hasSeconds && bytes[at] === 46) {
        const millis = threeDigits(bytes, at + 1);
        if (millis !== millis) return -1;
        this.clock += millis * 1000;
        at += 4;
      }
      if (bytes[at] === 90) {
        this.zoned = true;
        at++;
      }
    }
    const end = bytes[at];
    return end === delimiter || end === 10 || (end === 13 && bytes[at + 1] === 10) ? at : -1;
  }

  /** Whether the ten bytes are those of the row before: the last ones differ first. */
  private repeatsDate(bytes: Uint8Array, from: number): boolean {
    const { lastAt } = this;
    if (lastAt < 0 || bytes !== this.bytes) return false;
    for (let i = 9; i >= 0; i--) if (bytes[from + i] !== bytes[lastAt + i]) return false;
    return true;
  }

  /** Reads up to `most` digits as a whole number, −1 when there is none. */
  private digits(most: number): number {
    const { bytes } = this;
    const stop = Math.min(this.end, this.at + most);
    let value = 0;
    let i = this.at;
    while (i < stop) {
      const digit = bytes[i] - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      i++;
    }
    if (i === this.at) return -1;
    this.at = i;
    return value;
  }

  /** `2024-03-01`, the usual one; the day of the row before is known already. */
  private isoDate(): boolean {
    const { bytes, at } = this;
    if (this.end - at < 10 || bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return false;
    let text = 0;
    for (let i = 0; i < 10; i++) {
      if (i === 4 || i === 7) continue;
      const digit = bytes[at + i] - 48;
      if (digit < 0 || digit > 9) return false;
      text = text * 10 + digit;
    }
    if (text === this.lastText) this.day = this.lastDay;
    else if (this.setDay(Math.floor(text / 10000), Math.floor(text / 100) % 100, text % 100)) {
      this.lastText = text;
      this.lastDay = this.day;
    } else return false;
    this.at = at + 10;
    return true;
  }

  private dateByParts(yearPart: number, monthPart: number, dayPart: number): boolean {
    const from = this.at;
    const first = this.digits(4);
    const separator = this.bytes[this.at];
    if (separator !== 45 && separator !== 47 && separator !== 46) return false;
    this.at++;
    const second = this.digits(2);
    if (this.bytes[this.at] !== separator) return false;
    this.at++;
    const thirdFrom = this.at;
    const third = this.digits(yearPart === 2 ? 4 : 2);
    const yearDigits = yearPart === 2 ? this.at - thirdFrom : thirdFrom - from;
    const part = (index: number): number => (index === 0 ? first : index === 1 ? second : third);
    const year = fullYear(part(yearPart), yearPart === 2 ? yearDigits : 4);
    return this.setDay(year, part(monthPart), part(dayPart));
  }

  private compactDate(): boolean {
    const value = this.digits(8);
    return this.setDay(Math.floor(value / 10000), Math.floor(value / 100) % 100, value % 100);
  }

  private setDay(year: number, month: number, day: number): boolean {
    if (month < 1 || month > 12 || day < 1 || day > MONTH_DAYS[month - 1] || year < 1800 || year > 2254) return false;
    if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return false;
    this.day = daysFromCivil(year, month, day);
    return true;
  }

  private optionalTime(): boolean {
    if (this.at === this.end) return true;
    const separator = this.bytes[this.at];
    if (separator !== 32 && separator !== 84 && separator !== 116) return false;
    do this.at++;
    while (this.bytes[this.at] === 32 && this.at < this.end);
    const from = this.at;
    if (!this.time()) {
      this.at = from;
      if (!this.compactTime()) return false;
    }
    if (this.at === this.end) return true;
    return this.zoneSuffix();
  }

  private time(): boolean {
    const { bytes } = this;
    const hours = this.digits(2);
    if (hours < 0 || hours > 23 || bytes[this.at] !== 58 || this.at >= this.end) return false;
    this.at++;
    const minutes = this.digits(2);
    if (minutes < 0 || minutes > 59) return false;
    let clock = hours * HOUR + minutes * MINUTE;
    if (this.at < this.end && bytes[this.at] === 58) {
      this.at++;
      const seconds = this.digits(2);
      if (seconds < 0 || seconds > 59) return false;
      clock += seconds * SECOND;
      if (this.at < this.end && bytes[this.at] === 46) {
        const from = ++this.at;
        const fraction = this.digits(9);
        if (fraction < 0) return false;
        clock += Math.floor(fraction * 10 ** (6 - (this.at - from)));
      }
    }
    this.clock = clock;
    return this.meridiem(hours);
  }

  /** `093000`, `0930`; some leave out the first zero. */
  private compactTime(): boolean {
    const from = this.at;
    const value = this.digits(7);
    const length = this.at - from;
    if (length < 3 || length > 6) return false;
    const seconds = length > 4 ? value : value * 100;
    const [hour, minute, second] = [Math.floor(seconds / 10_000), Math.floor(seconds / 100) % 100, seconds % 100];
    if (hour > 23 || minute > 59 || second > 59) return false;
    this.clock = hour * HOUR + minute * MINUTE + second * SECOND;
    return true;
  }

  /** `09:30 AM`, `4:00 pm`. */
  private meridiem(hours: number): boolean {
    const { bytes } = this;
    let i = this.at;
    if (i < this.end && bytes[i] === 32) i++;
    const letter = i < this.end ? bytes[i] | 32 : 0;
    if ((letter !== 97 && letter !== 112) || i + 1 >= this.end || (bytes[i + 1] | 32) !== 109) return true;
    // A zone may begin with the same two letters: America/New_York.
    if (i + 2 < this.end && bytes[i + 2] !== 32) return true;
    if (hours < 1 || hours > 12) return false;
    if (letter === 112 && hours < 12) this.clock += 12 * HOUR;
    if (letter === 97 && hours === 12) this.clock -= 12 * HOUR;
    this.at = i + 2;
    return true;
  }

  private zoneSuffix(): boolean {
    const { bytes } = this;
    if (bytes[this.at] === 32) this.at++;
    const sign = bytes[this.at];
    let offset = 0;
    if (sign === 90 || sign === 122) this.at++;
    else if (sign === 43 || sign === 45) {
      this.at++;
      const hours = this.digits(2);
      if (hours < 0 || hours > 15) return false;
      if (bytes[this.at] === 58) this.at++;
      const minutes = this.at < this.end ? this.digits(2) : 0;
      if (minutes < 0 || minutes > 59) return false;
      offset = (hours * HOUR + minutes * MINUTE) * (sign === 45 ? -1 : 1);
    } else return this.namedZone(textOf(bytes, this.at, this.end).trim());
    this.setInstant(this.day * DAY + this.clock - offset);
    return this.at === this.end;
  }

  /** `UTC`, `America/New_York`, `US/Eastern`. */
  private namedZone(name: string): boolean {
    const isUtc = name.toUpperCase() === 'UTC';
    if (!isUtc && !/^[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+$/.test(name)) return false;
    try {
      this.setInstant(isUtc ? this.day * DAY + this.clock : zone(name).instantAt(this.day, this.clock));
    } catch {
      // The runtime knows no such zone: whoever asked says that this is no time.
      return false;
    }
    this.at = this.end;
    return true;
  }

  private epoch(unit: number): boolean {
    const negative = this.bytes[this.at] === 45;
    if (negative) this.at++;
    const value = this.digits(20);
    if (value < 0) return false;
    let micros = (negative ? -value : value) * unit;
    if (this.at < this.end && this.bytes[this.at] === 46) {
      const from = ++this.at;
      const fraction = this.digits(9);
      if (fraction > 0) micros += (fraction / 10 ** (this.at - from)) * unit;
    }
    this.setInstant(Math.round(micros));
    return this.at === this.end;
  }

  private setInstant(at: number): void {
    this.day = Math.floor(at / DAY);
    this.clock = at - this.day * DAY;
    this.zoned = true;
  }

  private namedMonth(text: string): boolean {
    const parts = text
      .toLowerCase()
      .split(/[\s,\x1f/-]+/)
      .filter((part) => part !== '');
    const name = parts.findIndex((part) => MONTHS.includes(part.slice(0, 3)));
    if (name < 0 || name > 1 || parts.length !== 3) return false;
    const month = MONTHS.indexOf(parts[name].slice(0, 3)) + 1;
    const [day, year] = [parts[name === 0 ? 1 : 0], parts[2]];
    if (!/^\d{1,2}$/.test(day) || !/^\d{4}$|^\d{2}$/.test(year)) return false;
    return this.setDay(fullYear(Number(year), year.length), month, Number(day));
  }
}

/** Two-digit years: 69 … 99 are of the last century, as POSIX has it. */
function fullYear(year: number, digits: number): number {
  return digits === 2 ? year + (year >= 69 ? 1900 : 2000) : year;
}

/** The number that two bytes spell; NaN where they are no digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

function threeDigits(bytes: Uint8Array, at: number): number {
  const hundreds = bytes[at] - 48;
  return hundreds >= 0 && hundreds <= 9 ? 100 * hundreds + twoDigits(bytes, at + 1) : Number.NaN;
}

/** Returns the days since 1970 of a Gregorian date (Hinnant, chrono-compatible low-level date algorithms). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

/** What the text of a column of clock times may be read as: there, plain digits are hours, minutes and seconds. */
export function clockFormatsOf(text: string): StampFormat[] {
  return /^([01]?\d|2[0-3])[0-5]\d([0-5]\d)?$/.test(text.trim()) ? ['hhmmss'] : formatsOf(text);
}

/** What a text may be read as; several while day and month cannot be told apart. */
export function formatsOf(text: string): StampFormat[] {
  const trimmed = text.trim();
  if (/^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ Tt].*)?$/.test(trimmed)) return ['year-month-day'];
  const parts = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})( .*)?$/.exec(trimmed);
  if (parts !== null) {
    const formats: StampFormat[] = [];
    if (Number(parts[1]) <= 12) formats.push('month-day-year');
    if (Number(parts[2]) <= 12) formats.push('day-month-year');
    return formats;
  }
  if (/^(1[89]|2[012])\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])([ Tt].*)?$/.test(trimmed)) return ['yyyymmdd'];
  if (/^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?$/i.test(trimmed)) return ['clock'];
  if (/^-?\d{9,10}(\.\d+)?$/.test(trimmed)) return ['epoch-seconds'];
  if (/^-?\d{12,13}(\.\d+)?$/.test(trimmed)) return ['epoch-milliseconds'];
  if (/^-?\d{15,16}$/.test(trimmed)) return ['epoch-microseconds'];
  if (/^-?\d{18,19}$/.test(trimmed)) return ['epoch-nanoseconds'];
  if (/^[a-z]{3,9}[\s-]+\d{1,2},?[\s\x1f-]+\d{4}$/i.test(trimmed)) return ['month-name'];
  if (/^\d{1,2}[\s-]+[a-z]{3,9}[\s-]+(\d{4}|\d{2})$/i.test(trimmed)) return ['month-name'];
  return [];
}
