/**
 * How much of the money may be committed, by the level of a volatility index: a table, read from the top.
 */
import { Fault, show } from '../../base/fault.ts';

/** From `from` points upward the `share` of the money, until the next row. */
export interface DeploymentStep {
  readonly from: number;
  readonly share: number;
}

/** Tables with names: `calm` commits most when volatility is low, `reversed` when premiums are rich. */
export const DEPLOYMENTS: Readonly<Record<string, string>> = {
  calm: '0:1, 15:0.8, 20:0.2, 25:0',
  reversed: '0:0, 12:0.2, 15:0.8, 18:0.9, 21:1',
  always: '0:1',
};

/** Reads a table such as `0:1, 15:0.8, 25:0`, or one by name; what is not understood is a `Fault`. */
export function parseDeployment(text: string): DeploymentStep[] {
  const place = { field: 'deployment' };
  const steps = (DEPLOYMENTS[text.trim()] ?? text).split(',').map((part): DeploymentStep => {
    const [from, share, ...rest] = part
      .split(':')
      .map((number) => (number.trim() === '' ? Number.NaN : Number(number)));
    if (rest.length > 0 || !(from >= 0) || !(share >= 0 && share <= 1)) {
      const names = Object.keys(DEPLOYMENTS).join(', ');
      const rule = `deployment is ${names}, or steps of points and a share within 0 and 1 as in 0:1, 15:0.8, was ${show(text)}`;
      throw new Fault('selling.deployment', rule, place);
    }
    return { from, share };
  });
  const wrong = steps.findIndex(({ from }, i) => i > 0 && from <= steps[i - 1].from);
  if (wrong < 0) return steps;
  const rule = `the steps of a deployment ascend: ${steps[wrong].from} came after ${steps[wrong - 1].from}`;
  throw new Fault('selling.deployment', rule, place);
}

/** Returns the share at a level in points. A boundary belongs to what begins there; below the first step it is 0. */
export function deploymentShare(steps: readonly DeploymentStep[], level: number): number {
  return steps.findLast(({ from }) => level >= from)?.share ?? 0;
}
