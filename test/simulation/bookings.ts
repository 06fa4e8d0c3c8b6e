/** What a simulated broker books on shares without an order: told when somebody asks, mostly more than once. */
import type { Activity } from '../../src/engine/live/broker/reports.ts';
import type { SimulatedBroker } from './broker.ts';
import { isOption } from './taken-back.ts';
import type { World } from './world.ts';

/** A dividend on what is held, or a fee. */
export function bookOne(broker: SimulatedBroker, world: World): void {
  const [symbol, quantity] = [...broker.positions].find(([name, held]) => held !== 0 && !isOption(name)) ?? [];
  if (symbol === undefined || quantity === undefined) return;
  const isFee = world.chance(0.5);
  const money = isFee ? -0.03 : quantity * 0.25;
  broker.cash += money;
  const activity: Activity = {
    kind: 'activity',
    id: `a${broker.happened.length}`,
    activity: isFee ? 'fee' : 'dividend',
    name: isFee ? 'FEE' : 'DIV',
    symbol: isFee ? '' : symbol,
    quantity: isFee ? 0 : quantity,
    price: isFee ? 0 : 0.25,
    money,
  };
  broker.happened.push({ at: world.now, report: activity });
}
