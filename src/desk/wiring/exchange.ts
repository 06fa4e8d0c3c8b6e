/**
 * Wires the exchange that a person names to the adapter that keeps it, which is loaded only then.
 */
import { Fault, show } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Secret } from '../../base/secret.ts';
import { SWEEP_ENGINES, type ExchangeFlags } from '../config/sources.ts';
import type { ExchangeWatch, SweepExchange, WorkerExchange } from '../exchange/ports.ts';
import { secretOf, type Environment } from './keys.ts';

/** The variable that holds the address, where it should not be seen among the arguments of a process. */
const ADDRESS_VARIABLE = 'TRADEDECK_REDIS';

/** Whether a sweep is played elsewhere. An address without an engine that uses it is a `Fault`. */
export function isRemote({ engine = 'local', redis }: ExchangeFlags): boolean {
  if (!(SWEEP_ENGINES as readonly string[]).includes(engine)) {
    const rule = `must be one of ${SWEEP_ENGINES.join(', ')}, was "${engine}"`;
    throw new Fault('sweep.engine', rule, { field: '--engine' }, didYouMean(engine, SWEEP_ENGINES));
  }
  if (engine === 'local' && redis !== undefined) {
    throw new Fault('sweep.engine', 'an address is of no use here', { field: '--redis' }, 'add --engine bullmq');
  }
  return engine !== 'local';
}

/** Opens the side of a sweep. A server that is not there is a `Fault`. */
export async function openSweepExchange(
  flags: ExchangeFlags,
  environment: Environment,
  key: string,
  watch: ExchangeWatch,
): Promise<SweepExchange> {
  const address = addressOf(flags, environment);
  const { SweepSide } = await import('../../adapters/bullmq/index.ts');
  return SweepSide.open(address, key, watch);
}

/** Opens the side of a worker, which waits for a server that is not there yet. */
export async function openWorkerExchange(
  flags: ExchangeFlags,
  environment: Environment,
  id: string,
  watch: ExchangeWatch,
): Promise<WorkerExchange> {
  const address = addressOf(flags, environment);
  const { WorkerSide } = await import('../../adapters/bullmq/index.ts');
  return WorkerSide.open(address, id, watch);
}

/** The address with what is secret in it; the arguments of a process, which everybody on the machine reads, hold no password. */
function addressOf({ redis }: ExchangeFlags, environment: Environment): Secret {
  const address = redis === undefined ? secretOf(environment, ADDRESS_VARIABLE) : new Secret(redis);
  if (address === undefined || address.isEmpty) {
    const hint = `give --redis redis://host:6379, or set ${ADDRESS_VARIABLE}`;
    throw new Fault('exchange.address', 'nobody said where sweep and workers meet', { field: '--redis' }, hint);
  }
  checkAddress(address.reveal());
  if (redis !== undefined && new URL(redis).password !== '') {
    const rule = 'everybody on the machine can read the arguments of a process, and this has a password';
    const hint = `set ${ADDRESS_VARIABLE}, or ${ADDRESS_VARIABLE}_FILE to a file that only you may read`;
    throw new Fault('exchange.password', rule, { field: '--redis' }, hint);
  }
  return address;
}

/** An address is one that a client can use; a wrong one is not repeated where there may be a secret in it. */
function checkAddress(address: string): void {
  if (URL.canParse(address)) {
    const { protocol, hostname } = new URL(address);
    if (/^rediss?:$/.test(protocol) && hostname !== '') return;
  }
  const shown = address.includes('@') ? 'one that is none' : show(address);
  const rule = `an address is redis://host:port or rediss://host:port, was ${shown}`;
  throw new Fault('exchange.address', rule, { field: '--redis' });
}
