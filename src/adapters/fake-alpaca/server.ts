/**
 * The broker on a port of this machine: REST, streams and server-sent events, thin around the core, with the faults of
 * the wire that only a real connection can have.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../../base/fault.ts';
import { control } from './control.ts';
import { ActivityFeed } from './activity-feed.ts';
import { tooManyAnswer } from './core/api.ts';
import type { RequestFault } from './core/faults.ts';
import { stamp } from '../fake-broker/core/random-ids.ts';
import type { Answer } from '../fake-broker/core/refusal.ts';
import { Fake, type FakeOptions } from './fake.ts';
import { Sockets } from './sockets.ts';

export interface ServerOptions extends FakeOptions {
  /** 0 for a free port of the system's choosing. */
  readonly port: number;
  /** The loopback address unless told. */
  readonly host?: string;
}

/** One request as the server has seen it, for whoever counts what a customer sent. */
export interface RequestNote {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** What was answered; 0 for nothing. */
  readonly status: number;
  readonly fault: string | null;
  readonly requestId: string | null;
}

const BODY_MAX = 1_000_000;
const NOTES_MAX = 10_000;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

export class FakeAlpaca {
  readonly fake: Fake;
  readonly sockets: Sockets;
  readonly notes: RequestNote[] = [];
  readonly feed: ActivityFeed;
  private readonly server: Server;

  private constructor(options: ServerOptions) {
    this.fake = new Fake(options);
    this.sockets = new Sockets(this.fake);
    this.feed = new ActivityFeed(this.fake.broker);
    this.server = createServer((request, response) => {
      this.receive(request, response).catch((error: unknown) => {
        // A bug of the fake's is told as one, and not as an answer of the vendor's.
        response.writeHead(599, { 'content-type': 'text/plain' });
        response.end(`fake-alpaca: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      });
    });
    this.server.on('upgrade', (request, socket, head) => this.sockets.upgrade(request, socket, head));
  }

  /** Starts a server; a port that is taken is a `Fault`. */
  static async start(options: ServerOptions): Promise<FakeAlpaca> {
    const fake = new FakeAlpaca(options);
    const { server } = fake;
    server.listen(options.port, options.host ?? '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      fake.fake.stop();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Fault(
        'server.cannot-listen',
        `cannot listen on port ${options.port}: ${reason}`,
        {},
        'choose another with --port',
      );
    }
    return fake;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port; // A server that listens on a port has an address.
  }

  /** Where trading and data requests go; both are here. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.fake.stop();
    this.feed.close();
    this.sockets.close();
    this.server.close();
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server, 'close');
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // As the vendor's, its answers say what time it is there.
    response.setHeader('date', new Date(this.fake.broker.now / 1000).toUTCString());
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const query = Object.fromEntries(searchParams);
    const method = request.method ?? 'GET';
    const body = await readBody(request);
    if (path.startsWith('/__fake/')) {
      const isNear = LOOPBACK.has(request.socket.remoteAddress ?? '');
      const answer = isNear
        ? control(this, method, path, query, body)
        : { status: 403, headers: {}, body: { message: 'loopback only' } };
      send(response, answer);
      return;
    }
    const fault = this.fake.faults.ofRequest(method, path);
    const note = (status: number, requestId?: string): void => {
      this.notes.push({
        at: stamp(this.fake.broker.now),
        method,
        path,
        status,
        fault: fault?.kind ?? null,
        requestId: requestId ?? null,
      });
      if (this.notes.length > 2 * NOTES_MAX) this.notes.splice(0, NOTES_MAX);
    };
    if (fault !== undefined && (await failBefore(fault, request, response, this.fake.broker.now))) {
      note(0);
      return;
    }
    this.fake.clock.tick();
    const keyId = headerOf(request, 'apca-api-key-id');
    const secret = headerOf(request, 'apca-api-secret-key');
    if (path === '/v2beta1/events/activities' && method === 'GET') {
      const {
        status,
        headers,
        body: refusal,
      } = this.fake.api.handle({ method, path: '/v2/clock', query: {}, body, keyId, secret });
      note(status);
      if (status === 200) this.feed.open(response, query);
      else send(response, { status, headers, body: refusal });
      return;
    }
    const answer = this.fake.api.handle({ method, path, query, body, keyId, secret });
    note(fault?.kind === 'drop-response' ? 0 : answer.status, answer.headers['x-request-id']);
    if (fault === undefined || !(await failAfter(fault, answer, request, response))) send(response, answer);
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    text += String(part);
    if (text.length > BODY_MAX) return undefined;
  }
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // The broker refuses what is no object, as the vendor does.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Faults before the broker has acted. Returns whether the request ends here. */
async function failBefore(
  fault: RequestFault,
  request: IncomingMessage,
  response: ServerResponse,
  now: number,
): Promise<boolean> {
  switch (fault.kind) {
    case 'drop-request':
      return true;
    case 'delay':
      if (fault.part === 'request') await wait(fault.millis);
      return false;
    case 'too-many': {
      send(response, tooManyAnswer(now, fault.headers));
      return true;
    }
    case 'reset':
      if (!fault.acted) request.socket.resetAndDestroy();
      return !fault.acted;
    case 'answer':
      if (!fault.acted) sendFailure(response, fault);
      return !fault.acted;
    case 'drop-response':
    case 'truncate':
      return false;
  }
}

/** Faults after the broker has acted. Returns whether the answer has been dealt with. */
async function failAfter(
  fault: RequestFault,
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.kind) {
    case 'drop-response':
      return true;
    case 'delay':
      if (fault.part === 'response') await wait(fault.millis);
      return false;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'answer':
      sendFailure(response, fault);
      return true;
    case 'truncate': {
      const text = JSON.stringify(answer.body) ?? '';
      response.writeHead(answer.status, { ...answer.headers, 'content-type': 'application/json' });
      response.end(text.slice(0, Math.floor(text.length / 2)));
      return true;
    }
    case 'drop-request':
    case 'too-many':
      return false;
  }
}

function sendFailure(response: ServerResponse, { status, html }: RequestFault & { readonly kind: 'answer' }): void {
  if (html) {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(`<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`);
  } else send(response, { status, headers: {}, body: { code: 50010000, message: 'internal server error occurred' } });
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, { ...headers });
    response.end();
    return;
  }
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=UTF-8' });
  response.end(JSON.stringify(body));
}
