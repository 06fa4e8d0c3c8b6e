/**
 * Where keys may be sent: to machines of the vendor that they are for, over TLS that is checked, or to a fake on this
 * machine. A deck, a variable or a flag that says otherwise is refused before anything is sent.
 */
import process from 'node:process';
import { Fault } from '../../base/fault.ts';
import type { Environment } from './keys.ts';

const TLS = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** Without checked certificates anybody on the way can stand in for who is asked; `who` is that, as "the broker". */
export function refuseUncheckedTls(environment: Environment, who: string): void {
  if (environment[TLS] !== '0') return;
  throw new Fault('keys.tls', `${TLS}=0 lets anybody stand in for ${who}`, {}, `take ${TLS} out of the environment`);
}

/** Has certificates checked whatever the environment says: a stop must not be refused for it. */
export function checkTls(): void {
  delete process.env[TLS];
}

/** Whether an address is of this machine. */
export function isLoopback(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

/** The same of a host alone, as an address or as a URL has it. */
export function isLoopbackHost(host: string): boolean {
  return ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host);
}

/** Refuses an address that is neither below `domain` and encrypted nor on this machine; `field` is who named it. */
export function checkKeyAddress(url: string, domain: string, field: string): void {
  if (!URL.canParse(url)) throw new Fault('keys.address', `must be an address, was ${url}`, { field });
  if (isLoopback(url)) return;
  const { protocol, hostname } = new URL(url);
  const isVendor = hostname === domain || hostname.endsWith(`.${domain}`);
  if (isVendor && (protocol === 'https:' || protocol === 'wss:')) return;
  const rule = isVendor
    ? `${url} is not encrypted: everybody on the way could read the keys`
    : `the keys would go to ${hostname}, which is no machine of ${domain}`;
  throw new Fault('keys.address', rule, { field }, `https:// or wss:// of ${domain}, or a fake on this machine`);
}
