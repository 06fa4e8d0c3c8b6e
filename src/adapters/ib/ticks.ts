/** What the vendor's numbers for prices mean. */

/** Ticks by number, those of delayed prices included. */
export const BID = new Set([1, 66]);
export const ASK = new Set([2, 67]);
export const LAST = new Set([4, 68]);
export const BID_SIZE = new Set([0, 69]);
export const ASK_SIZE = new Set([3, 70]);
export const LAST_SIZE = new Set([5, 71]);
export const HALTED = 49;
/** Kinds of prices: live is 1, frozen 2, delayed 3 and delayed frozen 4. */
export const KINDS = { LIVE: 1, LATE: new Set([3, 4]) } as const;
