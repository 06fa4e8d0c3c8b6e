/**
 * The lease of an account as files on the machine's disk.
 */
export { FileLease, leaseHome, newestLease, type Lease, type LeaseClocks, type LeaseHolder } from './file-lease.ts';
