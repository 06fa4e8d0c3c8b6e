/** The process, without making standard input of it: see `fs.js`. */
export default globalThis.process;
