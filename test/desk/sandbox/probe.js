/**
 * Looks for a canary wherever a program may look, tries every way out, and says what it found as one line of JSON: run by
 * the tests of the launchers, with walls and without.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup, resolve4 } from 'node:dns/promises';
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import process from 'node:process';

const [canaryReversed, port, folder, tool] = process.argv.slice(2);
// Backwards, so that the arguments of this program are no place where it is found.
const canary = [...canaryReversed].toReversed().join('');
const found = [];

function look(place, text) {
  if (text.includes(canary)) found.push(place);
}

function tried(work) {
  try {
    return String(work());
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** All files below a folder that are small enough to hold keys. */
function walk(path, depth = 0) {
  let entries = [];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const inner = `${path === '/' ? '' : path}/${entry.name}`;
    if (entry.isDirectory() && depth < 6) walk(inner, depth + 1);
    else if (entry.isFile()) tried(() => look(inner, readFileSync(inner, 'latin1')));
  }
}

look('environment', JSON.stringify(process.env));
walk(folder);
tried(() => look('key file', readFileSync(`${folder}/keys.json`, 'latin1')));
for (const pid of tried(() => readdirSync('/proc').join()).split(',')) {
  if (/^\d+$/.test(pid)) tried(() => look(`/proc/${pid}/environ`, readFileSync(`/proc/${pid}/environ`, 'latin1')));
}

/** Whether the memory of whoever started this can be opened and read. */
function parentMemory() {
  const maps = readFileSync(`/proc/${process.ppid}/maps`, 'utf8');
  const [from] = /^[0-9a-f]+/.exec(maps);
  const file = openSync(`/proc/${process.ppid}/mem`, 'r');
  try {
    return readSync(file, Buffer.alloc(16), 0, 16, Number.parseInt(from, 16)) > 0 ? 'read' : 'empty';
  } finally {
    closeSync(file);
  }
}

function tcp(host, to) {
  return new Promise((done) => {
    const timer = setTimeout(() => done('silence'), 2000);
    const end = (what) => {
      clearTimeout(timer);
      done(what);
    };
    try {
      const socket = connect({ host, port: to });
      socket.on('connect', () => {
        socket.destroy();
        end('connected');
      });
      socket.on('error', ({ code }) => end(code));
    } catch (error) {
      end(error.code);
    }
  });
}

function udp() {
  return new Promise((done) => {
    try {
      const socket = createSocket('udp4');
      socket.on('error', ({ code }) => done(code));
      socket.send('x', 53, '127.0.0.1', (error) => {
        socket.close();
        done(error === null ? 'sent' : error.code);
      });
    } catch (error) {
      done(error.code);
    }
  });
}

const failed = (error) => error.code;
const status = tried(() => readFileSync('/proc/self/status', 'utf8'));
const scratch = `${folder}/written`;
const said = {
  found,
  parentMemory: tried(parentMemory),
  signalsParent: tried(() => process.kill(process.ppid, 0)),
  parent: process.ppid,
  lookup: await lookup('example.com').then(() => 'found', failed),
  resolve: await resolve4('example.com').then(() => 'found', failed),
  loopback: await tcp('127.0.0.1', Number(port)),
  metadata: await tcp('169.254.169.254', 80),
  udp: await udp(),
  writesRoot: tried(() => writeFileSync('/written', '')),
  writesTmp: tried(() => writeFileSync('/tmp/written-by-probe', '')),
  writesFolder: tried(() => writeFileSync(scratch, '')),
  spawns: tried(() => spawnSync(tool, ['--version']).error?.code ?? 'ran'),
  uid: process.getuid(),
  root: tried(() => readdirSync('/').join()),
  isPrivileged: /CapEff:\s*0*[1-9a-f]/.test(status),
};
tried(() => rmSync('/tmp/written-by-probe', { force: true }));
tried(() => rmSync(scratch, { force: true }));
process.stdout.write(`${JSON.stringify(said)}\n`);
