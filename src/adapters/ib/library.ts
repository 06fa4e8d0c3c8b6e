/**
 * The community's library for the vendor's interface, loaded when it is first used.
 */
import { Fault } from '../../base/fault.ts';

const importIt = () => import('@stoqey/ib');

export type Library = Awaited<ReturnType<typeof importIt>>;

/** Loads the library; a `Fault` tells how to install it where it is not there. */
export async function loadLibrary(): Promise<Library> {
  return importIt().catch(() => {
    throw new Fault('ib.library', 'the library of the broker is not installed', {}, 'npm install @stoqey/ib');
  });
}
