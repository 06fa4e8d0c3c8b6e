/**
 * What leaves the desk for people: an alert, its end, or plain news of a session.
 */
import { plain, type Message } from '../../adapters/webhook/index.ts';

export interface Notice {
  readonly priority: 1 | 2 | 3;
  /** What it is, as `order.unknown`; one condition has one code and message. */
  readonly code: string;
  readonly message: string;
  /** ISO 8601, by the session's time. */
  readonly at: string;
  /** By which the alert is acknowledged; left out where that cannot be done. */
  readonly number?: number;
  readonly isOver?: true;
  /** How often it was said before, where it is said again. */
  readonly repeats?: number;
}

/** Which session speaks. */
export interface Speaker {
  readonly mode: string;
  readonly deck: string;
  /** How the account is recognised, never its number; empty on paper. */
  readonly account: string;
}

/** Most characters of a text; a reason that a broker gave may be any length. */
const LONGEST = 1500;

/** Returns the message of one notice. */
export function messageOf(notice: Notice, { mode, deck, account }: Speaker): Message {
  const { priority, code, message, at, number, isOver = false, repeats = 0 } = notice;
  const again = repeats === 0 ? '' : ` (said ${repeats + 1} times)`;
  const word = isOver ? 'OVER' : `P${priority}`;
  const title = `${word} ${mode.toUpperCase()} ${deck}: ${code}${again}`;
  const asked = priority === 1 && !isOver && number !== undefined ? `\ntradedeck alerts ack --alert ${number}` : '';
  const where = account === '' ? '' : `account ${account}, `;
  return {
    title: plain(title),
    text: plain(`${message.slice(0, LONGEST)}\n${where}${at}${asked}`),
    priority,
    facts: {
      code,
      message: plain(message.slice(0, LONGEST)),
      at,
      mode,
      deck,
      account,
      over: isOver,
      number: number ?? null,
      repeats,
    },
  };
}

/** Several at once, where a channel may not be sent more messages for now: the gravest first. */
export function gathered(notices: readonly Notice[], speaker: Speaker): Message {
  const sorted = notices.toSorted((a, b) => a.priority - b.priority);
  const lines = sorted
    .slice(0, GATHERED_MAX)
    .map(
      (each) => `${each.isOver === true ? 'over' : `P${each.priority}`} ${each.code}: ${each.message.slice(0, 200)}`,
    );
  const more = sorted.length - lines.length;
  const [first] = sorted;
  const whole = messageOf(first, speaker);
  return {
    title: plain(`P${first.priority} ${speaker.mode.toUpperCase()} ${speaker.deck}: ${sorted.length} alerts`),
    text: plain([...lines, ...(more > 0 ? [`and ${more} more`] : []), first.at].join('\n')),
    priority: first.priority,
    facts: {
      ...whole.facts,
      code: 'alerts.gathered',
      message: plain(lines.join('; ')),
      number: null,
      count: sorted.length,
    },
  };
}

const GATHERED_MAX = 10;
