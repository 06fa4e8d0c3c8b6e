/**
 * A mapping of a file's columns as the command line gives it: a file of its own, single keys, or both.
 */
import { readFileSync } from 'node:fs';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { Mapping } from '../../adapters/files/mapping.ts';
import { ROLES } from '../../adapters/files/roles.ts';
import { readOverride, readYaml, type Override } from './read.ts';
import { mappingSchema } from './tape-schema.ts';

/**
 * Reads `--mapping file.yaml` and `--map key=value`, later ones first. A key that is none of the mapping's own is the role
 * of a column: `close=Last` is `columns.close=Last`.
 */
export function readMapping(file: string | undefined, keys: readonly string[] = []): Mapping {
  const overrides = keys.map(asOverride);
  // The schema describes the mapping that the reader of files takes; its words are checked there.
  return readYaml(mappingSchema, file === undefined ? '{}' : textOf(file), file ?? '--map', overrides) as Mapping;
}

function asOverride(assignment: string): Override {
  const override = readOverride('--map', assignment);
  const [first] = override.path.split('.');
  // `date` is the day of a file whose rows have none, or else the column that has it.
  const isDay = first === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(String(override.value));
  const isRole = (ROLES as readonly string[]).includes(first);
  if (isRole && !isDay) return { ...override, path: `columns.${override.path}` };
  const keys = Object.keys(mappingSchema.shape);
  if (keys.includes(first)) return override;
  const hint = didYouMean(first, [...keys, ...ROLES]);
  const rule = `${show(first)} is neither a key of a mapping (${keys.join(', ')}) nor the role of a column`;
  throw new Fault('config.unknown-key', rule, { field: `--map ${assignment}` }, hint);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const rule = code === 'ENOENT' ? 'the file does not exist' : `the file cannot be read (${code})`;
    throw new Fault('file.unreadable', rule, { file, field: '--mapping' });
  }
}
