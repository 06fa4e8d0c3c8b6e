/** The rooms of the house and their order, as ARCHITECTURE.md draws them: one table that the guards share. */

/** Lower rooms first; rooms of one line do not know each other. */
export const LEVELS: readonly (readonly string[])[] = [
  ['base'],
  ['time', 'indicators', 'options', 'stats'],
  ['market'],
  ['engine'],
  ['research', 'report', 'client', 'adapters'],
  ['index.ts'],
  ['strategies'],
  ['desk'],
  ['cli'],
];

/** The rooms that touch the world. All others are pure: they get clock, chance and data handed in. */
export const WORLDLY: ReadonlySet<string> = new Set(['client', 'adapters', 'desk', 'cli']);

/** Folders of worldly rooms that are pure all the same, so that a simulation can hold what they hold. */
export const PURE_FOLDERS: readonly string[] = [
  'src/adapters/fake-alpaca/core/',
  'src/adapters/fake-broker/core/',
  'src/adapters/fake-tws/core/',
];

/** Returns the room of a path (`engine` of `src/engine/sim/fees.ts`), or `undefined` outside `src`. */
export function roomOf(path: string): string | undefined {
  const [top, room] = path.split('/');
  return top === 'src' ? room : undefined;
}

/** Returns the room's level, or -1 for a folder that is no room. */
export function levelOf(room: string): number {
  return LEVELS.findIndex((level) => level.includes(room));
}

export function isPure(path: string): boolean {
  const room = roomOf(path);
  return (room !== undefined && !WORLDLY.has(room)) || PURE_FOLDERS.some((folder) => path.startsWith(folder));
}
