/**
 * A filter of calls to the kernel for strategies: no new processes, no sockets, no looking into others, no new names for
 * old things. It is a program for the kernel's own small machine (classic BPF), written here as bytes.
 *
 * Source: the tables of system calls of Linux 6.x for x86-64 and for arm64; `seccomp(2)`, `struct seccomp_data`.
 */

interface Machine {
  /** AUDIT_ARCH_* */
  readonly audit: number;
  readonly clone: number;
  readonly clone3: number;
  readonly denied: Readonly<Record<string, number>>;
}

/** Calls that are refused whatever their arguments, by number. */
const X64: Machine = {
  audit: 0xc000003e,
  clone: 56,
  clone3: 435,
  denied: {
    socket: 41,
    connect: 42,
    bind: 49,
    listen: 50,
    accept: 43,
    accept4: 288,
    fork: 57,
    vfork: 58,
    execveat: 322,
    ptrace: 101,
    process_vm_readv: 310,
    process_vm_writev: 311,
    process_madvise: 440,
    pidfd_open: 434,
    pidfd_getfd: 438,
    kcmp: 312,
    unshare: 272,
    setns: 308,
    mount: 165,
    umount2: 166,
    pivot_root: 155,
    chroot: 161,
    open_tree: 428,
    move_mount: 429,
    fsopen: 430,
    fsmount: 432,
    mount_setattr: 442,
    bpf: 321,
    perf_event_open: 298,
    userfaultfd: 323,
    io_uring_setup: 425,
    io_uring_enter: 426,
    io_uring_register: 427,
    keyctl: 250,
    add_key: 248,
    request_key: 249,
    memfd_create: 319,
    memfd_secret: 447,
    personality: 135,
    init_module: 175,
    finit_module: 313,
    kexec_load: 246,
    shmget: 29,
    shmat: 30,
    msgget: 68,
    semget: 64,
    mq_open: 240,
    inotify_init1: 294,
    fanotify_init: 300,
    open_by_handle_at: 304,
    setpriority: 141,
    sched_setscheduler: 144,
    sched_setattr: 314,
  },
};

const ARM64: Machine = {
  audit: 0xc00000b7,
  clone: 220,
  clone3: 435,
  denied: {
    socket: 198,
    connect: 203,
    bind: 200,
    listen: 201,
    accept: 202,
    accept4: 242,
    execveat: 281,
    ptrace: 117,
    process_vm_readv: 270,
    process_vm_writev: 271,
    process_madvise: 440,
    pidfd_open: 434,
    pidfd_getfd: 438,
    kcmp: 272,
    unshare: 97,
    setns: 268,
    mount: 40,
    umount2: 39,
    pivot_root: 41,
    chroot: 51,
    open_tree: 428,
    move_mount: 429,
    fsopen: 430,
    fsmount: 432,
    mount_setattr: 442,
    bpf: 280,
    perf_event_open: 241,
    userfaultfd: 282,
    io_uring_setup: 425,
    io_uring_enter: 426,
    io_uring_register: 427,
    keyctl: 219,
    add_key: 217,
    request_key: 218,
    memfd_create: 279,
    memfd_secret: 447,
    personality: 92,
    init_module: 105,
    finit_module: 273,
    kexec_load: 104,
    shmget: 194,
    shmat: 196,
    msgget: 186,
    semget: 190,
    mq_open: 180,
    inotify_init1: 26,
    fanotify_init: 262,
    open_by_handle_at: 265,
    setpriority: 140,
    sched_setscheduler: 119,
    sched_setattr: 274,
  },
};

const MACHINES: Readonly<Record<string, Machine>> = { x64: X64, arm64: ARM64 };

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const REFUSE = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** Offsets in `struct seccomp_data`. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

const CLONE_THREAD = 0x00010000;
/** Numbers from here on are those of the x32 interface, under which every call has a second number. */
const X32 = 0x40000000;

type Instruction = readonly [code: number, onTrue: number, onFalse: number, value: number];

/** Returns the filter for a machine as Node names it, in the form that bubblewrap takes; undefined for others. */
export function callFilter(machine: string): Uint8Array | undefined {
  const known = MACHINES[machine];
  if (known === undefined) return undefined;
  const { audit, clone, clone3, denied } = known;
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, NUMBER],
    [JUMP_AT_LEAST, 0, 1, X32],
    [RETURN, 0, 0, REFUSE | EPERM],
    // The C library then asks by `clone`, whose flags a filter can read.
    [JUMP_EQUAL, 0, 1, clone3],
    [RETURN, 0, 0, REFUSE | ENOSYS],
    ...Object.values(denied).flatMap((number): Instruction[] => [
      [JUMP_EQUAL, 0, 1, number],
      [RETURN, 0, 0, REFUSE | EPERM],
    ]),
    // Threads are made; processes are not.
    [JUMP_EQUAL, 0, 3, clone],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_ANY_BIT, 1, 0, CLONE_THREAD],
    [RETURN, 0, 0, REFUSE | EPERM],
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [at, [code, onTrue, onFalse, value]] of program.entries()) {
    view.setUint16(at * 8, code, true);
    view.setUint8(at * 8 + 2, onTrue);
    view.setUint8(at * 8 + 3, onFalse);
    view.setUint32(at * 8 + 4, value >>> 0, true);
  }
  return bytes;
}
