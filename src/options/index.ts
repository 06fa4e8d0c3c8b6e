/**
 * The options room: pricing, implied volatility, greeks, positions and surfaces. Pure mathematics; chains and the life
 * of a contract are the market's and the engine's.
 */
export * from './american.ts';
export * from './american-implied-vol.ts';
export * from './bivariate.ts';
export * from './bjerksund-stensland.ts';
export * from './contract.ts';
export * from './dividends.ts';
export * from './european.ts';
export * from './european-batch.ts';
export type { BoundaryScheme } from './exercise-boundary.ts';
export * from './finite-differences.ts';
export * from './implied-vol.ts';
export * from './legs.ts';
export * from './margin/relief.ts';
export * from './margin/requirement.ts';
export * from './model-surface.ts';
export * from './occ.ts';
export * from './parity.ts';
export * from './payoff.ts';
export * from './probability.ts';
export * from './quadratic-approximation.ts';
export * from './recognise.ts';
export * from './standard.ts';
export * from './surface.ts';
export * from './svi.ts';
export * from './tree.ts';
