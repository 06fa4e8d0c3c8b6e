/**
 * The transport problem: which sale is covered by which purchase, so that the whole costs least.
 *
 * Matching the dearest pair first is wrong: it can leave an orphan whose cost is more than what was saved. This finds
 * the optimum by augmenting along cheapest paths (Ahuja, Magnanti, Orlin, Network Flows, 1993, chapter 9.7), which is
 * exact for whole quantities.
 */
import { assert } from '../../base/assert.ts';

/** How much of a source goes to a sink. */
export interface Shipment {
  readonly source: number;
  readonly sink: number;
  readonly quantity: number;
}

/**
 * Ships everything that `supply` has to sinks of limited `capacity` at the least total cost. `cost(source, sink)` is
 * per unit, Infinity where that may not be. Sinks must together take all: give one that takes any quantity.
 */
export function cheapestTransport(
  supply: readonly number[],
  capacity: readonly number[],
  cost: (source: number, sink: number) => number,
): Shipment[] {
  const sources = supply.length;
  const sinks = capacity.length;
  const costs = supply.map((_, source) => capacity.map((__, sink) => cost(source, sink)));
  const flow = supply.map(() => new Float64Array(sinks));
  const left = [...supply];
  const room = [...capacity];
  for (let start = 0; start < sources; start++) {
    while (left[start] > 0) {
      const path = cheapestPath(start, costs, flow, room);
      assert(path !== undefined, 'the sinks take everything');
      let quantity = Math.min(left[start], room[path[path.length - 1]]);
      for (let i = 2; i < path.length; i += 2) quantity = Math.min(quantity, flow[path[i]][path[i - 1]]);
      for (let i = 0; i + 1 < path.length; i += 2) {
        flow[path[i]][path[i + 1]] += quantity;
        if (i + 2 < path.length) flow[path[i + 2]][path[i + 1]] -= quantity;
      }
      left[start] -= quantity;
      room[path[path.length - 1]] -= quantity;
    }
  }
  return flow.flatMap((row, source) =>
    [...row].flatMap((quantity, sink) => (quantity > 0 ? [{ source, sink, quantity }] : [])),
  );
}

/** Source, sink, source … sink: where the next unit goes, taking back what was shipped on the way. */
function cheapestPath(
  start: number,
  costs: readonly (readonly number[])[],
  flow: readonly Float64Array[],
  room: readonly number[],
): number[] | undefined {
  const toSource = costs.map((_, source) => (source === start ? 0 : Infinity));
  const toSink = room.map(() => Infinity);
  const viaSource = room.map(() => -1);
  const viaSink = costs.map(() => -1);
  for (let changed = true; changed;) {
    changed = false;
    for (let source = 0; source < costs.length; source++) {
      if (toSource[source] === Infinity) continue;
      for (let sink = 0; sink < room.length; sink++) {
        const there = toSource[source] + costs[source][sink];
        if (!(there < toSink[sink] - 1e-9)) continue;
        toSink[sink] = there;
        viaSource[sink] = source;
        changed = true;
      }
    }
    for (let sink = 0; sink < room.length; sink++) {
      for (let source = 0; source < costs.length; source++) {
        if (!(flow[source][sink] > 0)) continue;
        const back = toSink[sink] - costs[source][sink];
        if (!(back < toSource[source] - 1e-9)) continue;
        toSource[source] = back;
        viaSink[source] = sink;
        changed = true;
      }
    }
  }
  let best = -1;
  for (let sink = 0; sink < room.length; sink++) {
    if (room[sink] > 0 && toSink[sink] < Infinity && (best < 0 || toSink[sink] < toSink[best])) best = sink;
  }
  if (best < 0) return undefined;
  const path = [best];
  for (let source = viaSource[best]; ; source = viaSource[viaSink[source]]) {
    path.unshift(source);
    if (source === start) return path;
    path.unshift(viaSink[source]);
  }
}
