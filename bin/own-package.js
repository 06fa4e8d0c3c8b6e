/**
 * Says how files find each other in the thread that loads this: our own by their exact names, strategies of users the
 * package that runs them.
 */
import module from 'node:module';

// A strategy that imports tradedeck gets the tradedeck that runs it, wherever the strategy's file lies: two copies
// would have two notions of what an order is, and a folder without an installed copy would not run at all.
const rooms = [new URL('../src/', import.meta.url).href, new URL('../dist/', import.meta.url).href];
/** Modules of Node that our own files import without what loads half of Node: see `bin/node/fs.js`. */
const narrow = new Map(
  ['crypto', 'fs', 'process', 'util'].map((name) => [`node:${name}`, new URL(`node/${name}.js`, import.meta.url).href]),
);
/** URLs of our own files that were asked for, and of the library that reads the command line. */
export const loaded = new Set();

module.registerHooks({
  resolve(specifier, context, nextResolve) {
    if (narrow.has(specifier) && isOurs(context.parentURL)) {
      return { url: narrow.get(specifier), format: 'module', shortCircuit: true };
    }
    // Our own files import each other by their exact names: there is nothing to look for, and two hundred searches
    // take longer than loading what they find.
    const format = /^\..*\.ts$/.test(specifier) ? 'module-typescript' : /^\..*\.js$/.test(specifier) ? 'module' : '';
    if (format !== '' && isOurs(context.parentURL)) {
      const { href } = new URL(specifier, context.parentURL);
      loaded.add(href);
      return { url: href, format, shortCircuit: true };
    }
    const own = specifier === 'tradedeck' || specifier.startsWith('tradedeck/');
    const found = nextResolve(specifier, own ? { ...context, parentURL: import.meta.url } : context);
    if (isOurs(found.url)) loaded.add(found.url);
    // A .ts file is a module, whatever its package says: `npm init` writes that a folder is of the old kind, and a
    // strategy is imported and exports. Where a package says nothing Node would find out too, with a warning.
    const isOpen = found.format == null || found.format === 'commonjs-typescript';
    return isOpen && found.url.endsWith('.ts') ? { ...found, format: 'module-typescript' } : found;
  },
});

/** Whether a file is of our rooms, or of the library that reads the command line. */
export function isOurs(url = '') {
  return rooms.some((room) => url.startsWith(room)) || /\/node_modules\/(?:@commander-js|commander)\//.test(url);
}
