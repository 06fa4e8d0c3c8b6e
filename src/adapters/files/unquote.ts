/**
 * Quoted fields made plain before the fast reader sees them, without losing what the quotes protected.
 *
 * Inside quotes, a comma between digits groups thousands and is dropped; any other delimiter becomes the unit
 * separator (0x1f) and a line break the record separator (0x1e), which `restore` turns back.
 */
import { Fault } from '../../base/fault.ts';

const QUOTE = 0x22;
const UNIT = 0x1f;
const RECORD = 0x1e;

/** Returns the bytes without quotes; the same bytes when there are none. A quote that never ends is a `Fault`. */
export function unquote(bytes: Uint8Array, delimiter: number, file: string): Uint8Array {
  if (!bytes.includes(QUOTE)) return bytes;
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  let quoted = false;
  let opened = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      if (quoted && bytes[i + 1] === QUOTE) {
        plain[length++] = QUOTE;
        i++;
      } else {
        quoted = !quoted;
        opened = i;
      }
    } else if (quoted && byte === delimiter) {
      if (!(isDigit(bytes[i - 1]) && isDigit(bytes[i + 1]))) plain[length++] = UNIT;
    } else if (quoted && (byte === 10 || byte === 13)) plain[length++] = RECORD;
    else plain[length++] = byte;
  }
  if (quoted) {
    let line = 1;
    for (let i = 0; i < opened; i++) if (bytes[i] === 10) line++;
    throw new Fault('csv.open-quote', 'a quote begins here and does not end', { file, line });
  }
  return plain.subarray(0, length);
}

/** Turns the separators back into what they stood for. */
export function restore(text: string, delimiter: string): string {
  return text.replaceAll('\x1f', delimiter).replaceAll('\x1e', '\n');
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
