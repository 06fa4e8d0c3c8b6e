/**
 * The journal of a session on a disk.
 */
export {
  RESERVE_BYTES,
  SessionFiles,
  nodeDigests,
  readSegments,
  readSession,
  type FileSystem,
  type StoredSegment,
  type StoredSession,
} from './session-files.ts';
export { SessionLock } from './lock.ts';
export { GrowingSession } from './growing.ts';
