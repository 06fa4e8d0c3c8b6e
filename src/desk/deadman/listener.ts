/**
 * Where a watchdog listens: heartbeats of sessions, the kill of a person, and how all stand. There is nothing here that lets
 * anything go: no resume, no clear, no arming, no order.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { stopAll } from '../session/stop-all.ts';
import { runningSessions } from '../session/running.ts';
import { Door } from './door.ts';
import { signatureOf, SIGNATURE } from './heartbeat.ts';
import type { Notes } from './notes.ts';
import { formPage, linesOf, outcomePage, refusalPage, statusPage, STYLE } from './page.ts';
import { basicOf, bodyOf, checkIdentity, isOwnForm, killWantedIn, STATUS_OF } from './requests.ts';
import type { Watchdog } from './watchdog.ts';

export interface ListenerParts {
  readonly watchdog: Watchdog;
  readonly notes: Notes;
  readonly secret: Secret;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
}

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";
const HEADERS = {
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  // With none at all a browser would not say that a form is our own.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};
const BASIC = 'Basic realm="tradedeck watchdog", charset="UTF-8"';
const LIMITS = { requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 };
const CONNECTIONS_MAX = 200;
/** Fewer last digits could mean several accounts. */
const TAIL_MIN = 4;
/** How long sessions of this machine are waited for. */
const SESSIONS_MS = 5000;

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

export class Listener {
  private readonly parts: ListenerParts;
  private readonly door = new Door();
  private readonly server: Server;
  private readonly routes: Readonly<Record<string, Route>> = {
    'POST /beat': (request, response) => this.beat(request, response),
    'POST /kill': (request, response) => this.kill(request, response),
    'GET /status': (request, response) => this.status(request, response),
    'GET /': (_, response) => this.html(response, 200, formPage()),
    'GET /style.css': (_, response) => this.send(response, 200, 'text/css; charset=utf-8', STYLE),
  };

  private constructor(parts: ListenerParts) {
    this.parts = parts;
    const { tls } = parts;
    const take: RequestListener = (request, response) => void this.take(request, response);
    this.server = tls === undefined ? createServer(LIMITS, take) : createTlsServer({ ...LIMITS, ...tls }, take);
    this.server.maxConnections = CONNECTIONS_MAX;
  }

  /** Listens; a `Fault` where the address is taken or not of this machine. */
  static async open(parts: ListenerParts): Promise<Listener> {
    const listener = new Listener(parts);
    const { server } = listener;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Fault('watchdog.address', `it cannot listen: ${error.message}`)));
      server.listen(parts.port, parts.host, resolve);
    });
    return listener;
  }

  get url(): string {
    const { host, tls } = this.parts;
    const { port } = this.server.address() as AddressInfo; // It listens on a port.
    return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = request.socket.remoteAddress ?? '';
    const what = `${request.method} ${(request.url ?? '').split('?', 1)[0]}`;
    try {
      checkIdentity(request);
      const route = Object.hasOwn(this.routes, what) ? this.routes[what] : undefined;
      if (route === undefined) this.refuse(request, response, 404, 'there is nothing here');
      else await route(request, response);
    } catch (error) {
      const fault = error instanceof Fault ? error : undefined;
      const status = STATUS_OF[fault?.code ?? ''] ?? 500;
      // Codes and keys are in no fault of these; what is not foreseen shows nothing of itself.
      this.parts.notes.refuse('request.refused', `${what.slice(0, 60)}: ${fault?.message ?? String(error)}`, from);
      if (status === 401 && what === 'GET /status') response.setHeader('www-authenticate', BASIC);
      this.refuse(request, response, status, fault?.rule ?? 'it failed in a way that was not foreseen');
    }
  }

  private async beat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { watchdog, secret } = this.parts;
    const signature = request.headers[SIGNATURE];
    const from = request.socket.remoteAddress ?? '';
    const body = await bodyOf(request);
    const { status, answer } = watchdog.hear(body, typeof signature === 'string' ? signature : undefined, from);
    const text = JSON.stringify(answer ?? { error: 'it is not taken' });
    if (answer !== undefined) response.setHeader(SIGNATURE, signatureOf(secret, text));
    this.send(response, status, 'application/json', text);
  }

  private async kill(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { watchdog, notes } = this.parts;
    const from = request.socket.remoteAddress ?? '';
    const isForm = isOwnForm(request);
    const { reason, account, code, ...claim } = killWantedIn(await bodyOf(request), isForm);
    const nowMs = Date.now();
    const person = this.door.knows(claim, from, nowMs);
    if (account !== '' && account.length < TAIL_MIN)
      throw new Fault('request.malformed', 'say four digits of an account');
    const meant = watchdog.accounts.filter(({ name }) => account === '' || name.endsWith(account.replace('…', '')));
    if (account !== '' && meant.length === 0) throw new Fault('request.malformed', 'no account ends so');
    this.door.takes(code, person, nowMs);
    notes.write('kill', `${person.name} kills ${account === '' ? 'all accounts' : account}: ${reason}`, from);
    const isHere = account === '' && runningSessions().length > 0;
    const stop = { state: 'killed', reason, by: person.name, at: new Date(nowMs).toISOString() } as const;
    // Sessions of this machine need no heartbeat to be told.
    const [outcomes, sessions] = await Promise.all([
      watchdog.kill(meant, person.name, reason),
      isHere ? stopAll(stop, SESSIONS_MS) : [],
    ]);
    const isDone = outcomes.length > 0 && outcomes.every((each) => each.isDone);
    const status = isDone ? 200 : 502;
    if (isForm) this.html(response, status, outcomePage(outcomes, isDone));
    else {
      // Where folders lie is nobody's business elsewhere.
      const here = sessions.map((each) => ({ ...each, folder: basename(each.folder) }));
      this.send(
        response,
        status,
        'application/json',
        JSON.stringify({ done: isDone, by: person.name, outcomes, here }),
      );
    }
  }

  private status(request: IncomingMessage, response: ServerResponse): void {
    const { watchdog } = this.parts;
    const claim = basicOf(request);
    if (claim === undefined) {
      throw new Fault('door.nobody', 'say person and key');
    }
    const nowMs = Date.now();
    this.door.knows(claim, request.socket.remoteAddress ?? '', nowMs);
    const lines = linesOf(watchdog.all, nowMs);
    if (wantsHtml(request)) this.html(response, 200, statusPage(lines, watchdog.accounts));
    else {
      const accounts = watchdog.accounts.map(({ name, mode, ifSilent, silentMs }) => ({
        name,
        mode,
        ifSilent,
        silentMs,
      }));
      this.send(response, 200, 'application/json', JSON.stringify({ sessions: lines, accounts }));
    }
  }

  private refuse(request: IncomingMessage, response: ServerResponse, status: number, why: string): void {
    if (wantsHtml(request)) this.html(response, status, refusalPage(status, why));
    else this.send(response, status, 'application/json', JSON.stringify({ error: why }));
  }

  private html(response: ServerResponse, status: number, page: string): void {
    this.send(response, status, 'text/html; charset=utf-8', page);
  }

  private send(response: ServerResponse, status: number, type: string, body: string): void {
    if (response.headersSent || response.destroyed) return;
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (this.parts.tls !== undefined) response.setHeader('strict-transport-security', 'max-age=31536000');
    response.writeHead(status, { 'content-type': type }).end(body);
  }
}

function wantsHtml({ headers: { accept = '' } }: IncomingMessage): boolean {
  return accept.includes('text/html');
}
