/**
 * One POST to a place that was checked: no redirect is followed, no answer is read beyond its status, and no error shows
 * more of the address than its host, because the rest is often the secret.
 */
import { Buffer } from 'node:buffer';
import { request as requestPlain } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { placeOf, type Address } from './address.ts';
import type { Reach } from './message.ts';

const TIMEOUT_MS = 10_000;

export interface Post {
  readonly url: Address;
  /** Left out for a plain GET. */
  readonly body?: object;
  readonly authorization?: Secret;
}

/** Sends; rejects with `alerts.unreachable`, `alerts.busy` (429 and 5xx) or `alerts.refused` (all other answers). */
export async function post({ url, body, authorization }: Post, reach: Reach): Promise<void> {
  const place = await placeOf(url.hostname, reach);
  const status = await statusOf(
    url,
    body === undefined ? undefined : JSON.stringify(body),
    authorization,
    place,
    reach,
  );
  if (status >= 200 && status < 300) return;
  const host = url.hostname;
  if (status === 429 || status >= 500) throw new Fault('alerts.busy', `${host} answered ${status}`);
  const why = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  throw new Fault('alerts.refused', `${host} answered ${status}${why}`);
}

function statusOf(
  url: Address,
  body: string | undefined,
  authorization: Secret | undefined,
  { address, family }: Awaited<ReturnType<typeof placeOf>>,
  { timeoutMs = TIMEOUT_MS }: Reach,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new Fault('alerts.unreachable', `${url.hostname} is not reachable: ${reason}`));
    const options: RequestOptions = {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'tradedeck',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
      },
      agent: false,
      // Whatever the environment says.
      rejectUnauthorized: true,
      signal: AbortSignal.timeout(timeoutMs),
      // Where it was looked up before, and nowhere else.
      lookup: (_host, { all }, done) => {
        if (all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
    };
    const sent = (url.protocol === 'https:' ? request : requestPlain)(
      new URL(url.whole.reveal()),
      options,
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.name;
      fail(error.name === 'AbortError' || code === 'ABORT_ERR' ? `no answer within ${timeoutMs / 1000} s` : code);
    });
    sent.end(body);
  });
}
