/**
 * The driven broker with this vendor's interface and its faults: everything that the server needs and nothing of HTTP.
 */
import { Random } from '../../base/random.ts';
import { DrivenBroker, type DrivenOptions } from '../fake-broker/driven-broker.ts';
import { Api } from './core/api.ts';
import { Faults, swarm } from './core/faults.ts';

export interface FakeOptions extends DrivenOptions {
  /** Rate of a swarm of faults drawn from the seed; 0 for none. */
  readonly faultRate?: number;
}

export class Fake extends DrivenBroker {
  readonly api: Api;
  readonly faults: Faults;

  constructor({ faultRate = 0, ...options }: FakeOptions) {
    super(options);
    const { seed = 1 } = options;
    this.api = new Api(this.broker.state);
    this.faults = new Faults(new Random(seed).fork('faults'));
    if (faultRate > 0) for (const rule of swarm(seed, faultRate)) this.faults.add(rule);
  }
}
