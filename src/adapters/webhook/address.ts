/**
 * Which addresses messages may go to. A name is looked up once, what it stands for is checked, and that very address is
 * connected to: a name that means another machine the next moment cannot lead anywhere else.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Fault } from '../../base/fault.ts';
import { Secret } from '../../base/secret.ts';
import type { Reach } from './message.ts';

/** Ranges that are no public machine: this one, its network, links, shared and reserved space. IANA registries. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv6');
}

export interface Place {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Returns where a host is; a `Fault` where nothing may be sent to. `host` may be an address, also one in brackets. */
export async function placeOf(host: string, { isLocal }: Reach): Promise<Place> {
  const name = host.replace(/^\[|\]$/g, '');
  const found = await placesOf(name);
  for (const { address, family } of found) {
    if (isLocal || !PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4')) continue;
    const rule = `${name} is ${address === name ? 'an address' : address + ', an address'} of this machine or its network`;
    throw new Fault('alerts.private-address', rule, {}, 'local: true in the channel allows it');
  }
  return found[0];
}

async function placesOf(name: string): Promise<readonly [Place, ...Place[]]> {
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family: family === 6 ? 6 : 4 }];
  const all = await lookup(name, { all: true }).catch(() => []);
  const [first, ...others] = all.map((each): Place => ({ address: each.address, family: each.family === 6 ? 6 : 4 }));
  if (first === undefined) throw new Fault('alerts.unreachable', `the name ${name} cannot be looked up`);
  return [first, ...others];
}

/** An address that is a secret, and the part of it that may show. */
export interface Address {
  /** As `https:`. */
  readonly protocol: string;
  readonly hostname: string;
  /** With the port, where it says one. */
  readonly host: string;
  readonly whole: Secret;
}

/** Reads an address from a secret; a `Fault` shows nothing of it. */
export function addressOf(secret: Secret, what: string): Address {
  const text = secret.reveal().trim();
  if (URL.canParse(text)) {
    const { protocol, hostname, host } = new URL(text);
    return { protocol, hostname, host, whole: new Secret(text) };
  }
  throw new Fault('alerts.address', `the file or variable of ${what} holds no address as https://…`);
}

/** Refuses an address whose host the deck does not name, and one without TLS, unless it is local. */
export function checkHost(url: Address, allowed: readonly string[], { isLocal }: Reach): void {
  if (!isLocal && url.protocol !== 'https:') {
    throw new Fault(
      'alerts.address',
      `messages leave by https only, the address of ${url.hostname} is ${url.protocol}//`,
    );
  }
  if (allowed.includes(url.hostname) || allowed.includes(url.host)) return;
  const rule = `the secret's address is at ${url.hostname}, and ${allowed.join(', ') || 'no host'} is what the deck allows`;
  throw new Fault('alerts.host', rule, {}, `host: ${url.hostname} in the channel allows it`);
}
