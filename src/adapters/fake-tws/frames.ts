/**
 * Messages as bytes: four bytes of length, then tokens that each end in a zero.
 */

/** No message of a client is longer. */
const LENGTH_MAX = 0xff_ff_ff;

export function frameOf(tokens: readonly string[]): Buffer {
  const body = Buffer.from(`${tokens.join('\0')}\0`, 'utf8');
  const frame = Buffer.alloc(4 + body.length);
  frame.writeUInt32BE(body.length);
  body.copy(frame, 4);
  return frame;
}

/** Cuts what arrives into messages, however it was split on its way. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Adds bytes and returns the messages that are complete; `undefined` where a length cannot be one. */
  add(bytes: Buffer): readonly string[][] | undefined {
    this.rest = Buffer.concat([this.rest, bytes]);
    const messages: string[][] = [];
    while (this.rest.length >= 4) {
      const length = this.rest.readUInt32BE();
      if (length > LENGTH_MAX) return undefined;
      if (this.rest.length < 4 + length) break;
      const text = this.rest.toString('utf8', 4, 4 + length);
      messages.push(text.split('\0').slice(0, -1));
      this.rest = this.rest.subarray(4 + length);
    }
    return messages;
  }

  /** Takes the greeting off what has arrived; `undefined` until it is complete, with the versions that are proposed. */
  greeting(bytes: Buffer): string | undefined {
    this.rest = Buffer.concat([this.rest, bytes]);
    if (this.rest.length < 8) return undefined;
    const length = this.rest.readUInt32BE(4);
    if (this.rest.length < 8 + length) return undefined;
    const text = this.rest.toString('utf8', 8, 8 + length);
    this.rest = this.rest.subarray(8 + length);
    return text;
  }
}
