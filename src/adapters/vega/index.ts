/**
 * The prices that come with the package, for the demo.
 */
export { vegaTape } from './tape.ts';
