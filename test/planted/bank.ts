/**
 * Mistakes in controls that the simulator does not reach, because they lie beside the order path or before it: each is a
 * change of a line or two, and a named test must fail while it is there. `npm run simulate -- --bugs` hunts them after those
 * that seeds find.
 */
import type { PlantedEdit } from './edit.ts';
import { OF_THE_DESK } from './of-the-desk.ts';
import { OF_THE_ENGINE } from './of-the-engine.ts';

export const PLANTED_EDITS: readonly PlantedEdit[] = [...OF_THE_DESK, ...OF_THE_ENGINE];
