/**
 * What a person is told outside the terminal, and the port through which every kind of channel sends it.
 */

export interface Message {
  /** One line: what it is about, with its priority. */
  readonly title: string;
  readonly text: string;
  /** 1 wakes somebody, 2 is looked at today, 3 is only told. */
  readonly priority: 1 | 2 | 3;
  /** The same for programs. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Sender {
  /** Resolves when the other side has taken it; rejects with a `Fault` that names no address and no secret. */
  send(message: Message): Promise<void>;
}

/** Where a channel may send. */
export interface Reach {
  /** Whether an address of this machine or its network is allowed, and one without TLS. */
  readonly isLocal: boolean;
  readonly timeoutMs?: number;
}

/** Text as one that a terminal, a log or a chat cannot take for anything else: without control characters. */
export function plain(text: string): string {
  // Line ends stay, whatever else steers a terminal goes.
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
