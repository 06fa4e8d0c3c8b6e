/**
 * The lease of an account as files on the machine's disk.
 */
export { type Lease, type LeaseClocks, type LeaseHolder } from './account-lease.ts';
export { FileLease, leaseHome, newestLease } from './file-lease.ts';
