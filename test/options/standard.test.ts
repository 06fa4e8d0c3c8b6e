/** Standard strategies by name: what is made by a name is recognised by it. */
import { describe, expect, it } from 'vitest';
import { recogniseStrategy } from '../../src/options/recognise.ts';
import {
  STANDARD_STRATEGIES,
  standardLegs,
  standardLevels,
  type StandardStrategy,
} from '../../src/options/standard.ts';

const STRIKES = [90, 95, 100, 105];
const EXPIRIES = ['2024-01-19', '2024-02-16'];

function terms(name: StandardStrategy) {
  const { strikes, expiries } = standardLevels(name);
  return { strikes: STRIKES.slice(0, strikes), expiries: EXPIRIES.slice(0, expiries) };
}

describe('standard strategies', () => {
  it.each(STANDARD_STRATEGIES)('%s is recognised as what it is', (name) => {
    expect(recogniseStrategy(standardLegs(name, terms(name)))).toEqual({ name, units: 1 });
  });

  it('there are more than thirty', () => {
    expect(STANDARD_STRATEGIES.length).toBe(54);
  });

  it('an unknown name is answered with the one that was meant', () => {
    expect(() => standardLegs('iron-condors' as StandardStrategy, terms('iron-condor'))).toThrow(/iron-condor/);
  });

  it('strikes in the wrong number or order are refused', () => {
    const { expiries } = terms('iron-condor');
    expect(() => standardLegs('iron-condor', { strikes: [90, 95], expiries })).toThrow(/has 4 strikes, ascending/);
    expect(() => standardLegs('bull-put-spread', { strikes: [95, 90], expiries })).toThrow(
      /ascending, was given 95, 90/,
    );
    expect(() => standardLegs('call-calendar', { strikes: [95], expiries })).toThrow(/has 2 expiries/);
  });
});
