/** What is traded in a simulated world. */
export const SYMBOLS = ['AAA', 'BBB'] as const;
