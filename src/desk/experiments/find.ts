/**
 * Finds a run or a sweep by what a person calls it: its folder, its id, or the beginning of either that no other has.
 */
import { basename, resolve } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { recordedAt, recordFolder, recordFolders, type RecordFolder } from './record.ts';

const NAMES_SHOWN = 8;

/**
 * Returns the one that is meant. None, or more than one, is a `Fault` that lists what there is. Where it is said which
 * fit, `last` is the newest of those: who deletes has to name what goes.
 */
export function findRecord(
  name: string,
  runsFolder: string,
  base: string,
  fits?: (found: RecordFolder) => boolean,
): RecordFolder {
  const direct = recordFolder(resolve(base, name));
  if (direct !== undefined) return direct;
  const all = recordFolders(runsFolder);
  if (name === 'last' && fits !== undefined) {
    const [newest] = all
      .filter(fits)
      .map((found) => ({ found, at: recordedAt(found) }))
      .sort((a, b) => b.at - a.at);
    if (newest !== undefined) return newest.found;
  }
  const names = all.map(({ folder }) => basename(folder));
  // What is called exactly so is meant, even where another begins so.
  const exact = all.filter(({ folder, id }) => id === name || basename(folder) === name);
  const meant = exact.length > 0 ? exact : all.filter((one, i) => one.id.startsWith(name) || names[i].startsWith(name));
  if (name !== '' && meant.length === 1) return meant[0];
  if (name !== '' && meant.length > 1) {
    const rule = `${show(name)} is the beginning of several: ${listed(meant.map(({ folder }) => basename(folder)))}`;
    throw new Fault('run.ambiguous', rule, {}, 'give more of the id');
  }
  const known = [...names, ...all.map(({ id }) => id)];
  const hint = didYouMean(name, known) ?? (all.length === 0 ? 'there are no runs here' : `there are ${listed(names)}`);
  throw new Fault('run.unknown', `there is no run or sweep ${show(name)}`, { file: runsFolder }, hint);
}

function listed(names: readonly string[]): string {
  const more = names.length > NAMES_SHOWN ? `, and ${names.length - NAMES_SHOWN} more` : '';
  return `${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}
