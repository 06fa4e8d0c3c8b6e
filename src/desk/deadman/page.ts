/**
 * The page for a telephone: how all stand, and one button. It has no script, loads nothing from elsewhere, and shows what others
 * said as text.
 */
import type { Outcome, Stoppable } from './stopping.ts';
import type { Watched } from './watched.ts';

/** How one session stands, for programs and for the page. */
export interface SessionLine {
  readonly session: string;
  readonly deck: string;
  readonly mode: string;
  readonly account: string;
  readonly phase: Watched['phase'];
  readonly state: string;
  readonly orders: number;
  readonly positions: number;
  /** When it spoke last, ISO 8601, and how many seconds ago. */
  readonly heardAt: string;
  readonly secondsAgo: number;
  readonly stopped: string | null;
  /** Records and hash of its journal, as `journal verify --told` takes them. */
  readonly told: string;
}

export function linesOf(all: readonly Watched[], nowMs: number): readonly SessionLine[] {
  return all.map(({ beat, heardAt, phase, stopped }) => ({
    session: beat.session,
    deck: beat.deck,
    mode: beat.mode,
    account: beat.tail,
    phase,
    state: beat.state,
    orders: beat.orders,
    positions: beat.positions,
    heardAt: new Date(heardAt).toISOString(),
    secondsAgo: Math.max(0, Math.round((nowMs - heardAt) / 1000)),
    stopped: stopped?.why ?? null,
    told: `${beat.records}:${beat.hash}`,
  }));
}

export const STYLE = `
:root { color-scheme: light dark; font: 17px/1.45 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.15rem; } label { display: block; margin: .7rem 0 .2rem; font-weight: 600; }
input, select, button { font: inherit; width: 100%; box-sizing: border-box; padding: .65rem; border-radius: .5rem; border: 1px solid #8889; }
button { margin-top: 1.2rem; background: #b00020; color: #fff; border: 0; font-weight: 700; padding: 1rem; }
article { border: 1px solid #8886; border-radius: .6rem; padding: .6rem .8rem; margin: .6rem 0; overflow-wrap: anywhere; }
.good { color: #1a7f37; } .bad { color: #c62828; font-weight: 700; } small { opacity: .75; }
@media (prefers-color-scheme: dark) { .good { color: #56d364; } .bad { color: #ff7b72; } }
`;

/** The form; it needs nobody's word to be seen, and shows nothing of any account. */
export function formPage(): string {
  return page(
    'Stop trading',
    `<p>Blocks new orders at the broker and cancels all that work, for every account that this watchdog has keys for. Positions stay.
<a href="/status">How all stand</a></p>
<form method="post" action="/kill">
<label for="person">Person</label><input id="person" name="person" autocomplete="username" autocapitalize="none" required>
<label for="key">Key</label><input id="key" name="key" type="password" autocomplete="current-password" required>
<label for="code">Code of the authenticator</label><input id="code" name="code" inputmode="numeric" pattern="[0-9]{6}" maxlength="6" autocomplete="one-time-code" required>
<label for="reason">Why</label><input id="reason" name="reason" maxlength="200" value="from the telephone">
<button>KILL: stop all accounts</button>
</form>`,
  );
}

export function statusPage(lines: readonly SessionLine[], accounts: readonly Stoppable[]): string {
  const sessions = lines.map(
    ({ session, deck, mode, account, phase, state, orders, positions, secondsAgo, heardAt, stopped }) => {
      const isGood = phase === 'watching' && stopped === null && state === 'active';
      return `<article><b>${text(deck)}</b> ${text(mode)} ${text(account)}<br>
<span class="${isGood ? 'good' : 'bad'}">${text(phase)}, account ${text(state)}</span><br>
${orders} orders work, ${positions} positions are held<br>
<small>heard ${secondsAgo} s ago, ${text(heardAt)}<br>${text(session)}</small>${stopped === null ? '' : `<br><span class="bad">${text(stopped)}</span>`}</article>`;
    },
  );
  const known = accounts.map(
    ({ name, mode, ifSilent, silentMs }) =>
      `<li>${text(name)} (${mode}): ${silentMs / 1000} s of silence, then ${ifSilent}</li>`,
  );
  const none = sessions.length === 0 ? '<p>No session has spoken yet.</p>' : '';
  return page(
    'How all stand',
    `${sessions.join('\n')}${none}<ul>${known.join('')}</ul><p><a href="/">Stop trading</a></p>`,
  );
}

export function outcomePage(outcomes: readonly Outcome[], isDone: boolean): string {
  const lines = outcomes.map(
    (each) =>
      `<article><span class="${each.isDone ? 'good' : 'bad'}">${each.isDone ? 'confirmed' : 'NOT CONFIRMED'}</span><br>${text(each.text)}</article>`,
  );
  const none =
    outcomes.length === 0 ? '<p class="bad">No account is known here: nothing was stopped at a broker.</p>' : '';
  return page(
    isDone ? 'Stopped' : 'Not all of it was confirmed',
    `${lines.join('\n')}${none}<p>Sessions are told with their next heartbeat. <a href="/status">How all stand</a></p>`,
  );
}

export function refusalPage(status: number, why: string): string {
  return page('Nothing was done', `<p class="bad">${status}: ${text(why)}</p><p><a href="/">Back</a></p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/style.css"></head><body><h1>${title}</h1>
${body}
</body></html>
`;
}

function text(value: string): string {
  const escaped: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replaceAll(/[&<>"']/g, (letter) => escaped[letter]);
}
