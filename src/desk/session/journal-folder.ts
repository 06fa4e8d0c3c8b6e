/**
 * Where a session keeps its journal: known to whoever writes it and to whoever only reads it.
 */

/** Where the segments of the journal lie in a run folder. */
export const JOURNAL_FOLDER = 'session';
