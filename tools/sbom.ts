/**
 * Makes the list of everything that the published package brings along, as a CycloneDX bill of materials, from the lock file:
 * who runs Tradedeck can hold it against lists of weaknesses without installing anything.
 *
 * npm makes it. Told to leave out what only builds and tests, it also leaves out what both need, so it is asked for all, and
 * what the dependencies of the package lead to is kept.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is read of a bill of materials here; there is more in it. */
export interface Bom {
  readonly metadata: {
    readonly component: { readonly 'bom-ref': string; readonly name: string; readonly version: string };
  };
  readonly components: readonly { readonly 'bom-ref': string; readonly name: string; readonly version: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** Where it is written. */
export function bomFile(root: string): string {
  return join(root, 'dist', 'sbom.cdx.json');
}

/** Returns the bill of materials of the repository in `root`: what runs, and nothing that only builds or tests. */
export function bomOf(root: string): Bom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  return asPublished(JSON.parse(text) as Bom, manifest);
}

/**
 * What the package leads to, without the hour and the random number of the list's making, and with our name where npm puts
 * the folder's.
 */
export function asPublished(
  { serialNumber: _serialNumber, ...bom }: Bom & { readonly serialNumber?: string },
  { name, dependencies, optionalDependencies }: Manifest,
): Bom {
  const { timestamp: _timestamp, ...metadata } = bom.metadata as Bom['metadata'] & { readonly timestamp?: string };
  const own = Object.entries({ ...dependencies, ...optionalDependencies }).map(
    ([each, version]) => `${each}@${version}`,
  );
  const edges = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set<string>();
  const add = (ref: string): void => {
    if (reached.has(ref)) return;
    reached.add(ref);
    edges.get(ref)?.forEach(add);
  };
  own.forEach(add);
  const self = metadata.component['bom-ref'];
  return {
    ...bom,
    metadata: { ...metadata, component: { ...metadata.component, name } },
    components: bom.components.filter((component) => reached.has(component['bom-ref'])),
    dependencies: [{ ref: self, dependsOn: own.toSorted() }, ...bom.dependencies.filter(({ ref }) => reached.has(ref))],
  };
}
