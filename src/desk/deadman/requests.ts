/**
 * What a request to the watchdog must look like before anybody looks at who sent it: short, in a form that a page of somebody
 * else cannot send, and with nothing in it that is not known. Who asks is known from the key and the code alone.
 */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Fault } from '../../base/fault.ts';

/** Most bytes of a body. */
const BODY_MAX = 8192;

/** Headers by which other servers say who somebody is; nobody may say it of himself. */
const IDENTITY = /^x-(?:.*-)?(?:user|username|user-id|userid|email|identity|role|roles|groups?|account)$/;

/** The status that each refusal has. */
export const STATUS_OF: Readonly<Record<string, number>> = {
  'request.identity': 400,
  'request.malformed': 400,
  'request.cross-site': 403,
  'request.too-long': 413,
  'request.kind': 415,
  'door.nobody': 401,
  'door.stranger': 401,
  'door.busy': 429,
  'approval.code': 401,
  'approval.code-used': 401,
  'approval.no-second-factor': 403,
  'approval.locked': 429,
};

/** Reads a body; a `Fault` where it is too long. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let length = 0;
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > BODY_MAX) throw new Fault('request.too-long', `a request has at most ${BODY_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Refuses headers that say who somebody is. */
export function checkIdentity({ headers }: IncomingMessage): void {
  const said = Object.keys(headers).find((name) => IDENTITY.test(name));
  if (said !== undefined) throw new Fault('request.identity', `who asks is not said by a header, was ${said}`);
}

export interface KillWanted {
  readonly person: string;
  readonly key: string;
  readonly code: string;
  readonly reason: string;
  /** Last digits of the account that is meant; empty for all. */
  readonly account: string;
}

const LONGEST: Readonly<Record<keyof KillWanted, number>> = {
  person: 100,
  key: 200,
  code: 20,
  reason: 200,
  account: 40,
};

/** Reads the wish to kill from a body; `isForm` where it came from our own page. */
export function killWantedIn(body: string, isForm: boolean): KillWanted {
  const given = isForm ? formOf(body) : jsonOf(body);
  const wanted = { person: '', key: '', code: '', reason: 'from afar', account: '' };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(LONGEST, name)) throw new Fault('request.malformed', 'there is a field that is not known');
    const field = name as keyof KillWanted; // It was just looked at.
    if (typeof value !== 'string' || value.length > LONGEST[field])
      throw new Fault('request.malformed', `wrong ${field}`);
    wanted[field] = value;
  }
  const missing = (['person', 'key', 'code'] as const).find((field) => wanted[field] === '');
  if (missing !== undefined) throw new Fault('request.malformed', `${missing} is missing`);
  return wanted;
}

/**
 * Whether a request comes from a form of our own page; otherwise it is JSON, which a page of somebody else cannot send. A form of
 * somebody else, and whatever says that it came from elsewhere, is refused.
 */
export function isOwnForm({ headers }: IncomingMessage): boolean {
  const { origin, host, 'content-type': kind = '' } = headers;
  const site = headers['sec-fetch-site'];
  const isOwnOrigin = origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
  const isElsewhere = (origin !== undefined && !isOwnOrigin) || (site !== undefined && site !== 'same-origin');
  if (isElsewhere) throw new Fault('request.cross-site', 'it comes from a page of somebody else');
  const [type] = kind.split(';', 1);
  if (type === 'application/json') return false;
  if (type !== 'application/x-www-form-urlencoded') throw new Fault('request.kind', 'it must be application/json');
  if (isOwnOrigin || site === 'same-origin') return true;
  throw new Fault('request.cross-site', 'a form must come from our own page; programs send JSON');
}

/** Person and key of `Authorization: Basic`; undefined where there is none. */
export function basicOf({ headers }: IncomingMessage): { readonly person: string; readonly key: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,1000})$/.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [, person, key] = /^([^:]{1,100}):(.{1,200})$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return person === undefined || key === undefined ? undefined : { person, key };
}

function formOf(body: string): Readonly<Record<string, unknown>> {
  const fields = [...new URLSearchParams(body)];
  const isTwice = new Set(fields.map(([name]) => name)).size < fields.length;
  if (isTwice) throw new Fault('request.malformed', 'a field is there twice');
  return Object.fromEntries(fields);
}

function jsonOf(body: string): Readonly<Record<string, unknown>> {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    throw new Fault('request.malformed', 'it is no JSON');
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Record<string, unknown>;
  throw new Fault('request.malformed', 'it must be an object');
}
