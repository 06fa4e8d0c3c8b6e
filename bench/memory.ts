/** How a process of ours is started, so that it has its memory as the command has: see `bin/tradedeck.js`. */
import process from 'node:process';

const MEMORY =
  'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864:glibc.malloc.top_pad=16777216';

/** Flags of the command's Node: no text becomes code, and room for new objects from the start. */
export const OUR_FLAGS: readonly string[] = ['--disallow-code-generation-from-strings', '--min-semi-space-size=16'];

/** The environment of a process of ours; what somebody has set stays. */
export function ourEnvironment(): NodeJS.ProcessEnv {
  return { GLIBC_TUNABLES: MEMORY, ...process.env };
}
