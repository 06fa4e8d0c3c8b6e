/** The rate of model chains, beside them: who only shows a run need not load what makes a chain. */

/** Riskless rate per year of a model chain that is told none. */
export const MODEL_RATE = 0.02;
