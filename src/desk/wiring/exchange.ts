/**
 * Wires the exchange that a person names to the adapter that keeps it, which is loaded only then.
 */
import { Fault, show } from '../../base/fault.ts';
import { didYouMean } from '../../base/did-you-mean.ts';
import { SWEEP_ENGINES, type ExchangeFlags } from '../config/sources.ts';
import type { ExchangeWatch, SweepExchange, WorkerExchange } from '../exchange/ports.ts';

/** The variable that holds the address, where it should not be seen among the arguments of a process. */
const ADDRESS_VARIABLE = 'TRADEDECK_REDIS';

type Environment = Readonly<Record<string, string | undefined>>;

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

function addressOf({ redis }: ExchangeFlags, environment: Environment): string {
  const address = redis ?? environment[ADDRESS_VARIABLE];
  if (address !== undefined && address !== '') return checkedAddress(address);
  const hint = `give --redis redis://host:6379, or set ${ADDRESS_VARIABLE}`;
  throw new Fault('exchange.address', 'nobody said where sweep and workers meet', { field: '--redis' }, hint);
}

/** An address is one that a client can use; a wrong one is not repeated where there may be a secret in it. */
function checkedAddress(address: string): string {
  if (URL.canParse(address)) {
    const { protocol, hostname } = new URL(address);
    if (/^rediss?:$/.test(protocol) && hostname !== '') return address;
  }
  const shown = address.includes('@') ? 'one that is none' : show(address);
  const rule = `an address is redis://host:port or rediss://host:port, was ${shown}`;
  throw new Fault('exchange.address', rule, { field: '--redis' });
}
