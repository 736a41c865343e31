import { constants as files, readFileSync } from "node:fs";
import { constants } from "node:os";
import { countsPerNamespace, maxProcesses } from "./limits/default-limits.ts";
import { fork } from "./processes/child-steps.ts";
import { seccompFilter } from "./seccomp/filter.ts";
import { type Rule, rules } from "./seccomp/rules.ts";
import type { SyscallArchitecture } from "./syscalls/assembled.ts";
import type { Data, Step } from "./syscalls/program.ts";

const { EINVAL } = constants.errno;
const closeOnExec = 0o2000000;

// of linux/prctl.h, linux/keyctl.h, linux/capability.h, linux/seccomp.h and asm-generic/resource.h
const [dropBounding, setNoNewPrivileges, ambient, clearAmbient] = [24, 38, 47, 4];
const [endWithParentDeath, killSignal] = [1, 9];
const joinSessionKeyring = 1;
const capabilityVersion = 0x20080522;
const [setFilter, allowSpeculation] = [1, 4];
const processLimit = 6;
/** As many as a kernel can have; it refuses those that it does not know. */
const capabilities = 64;

/** A session keyring of its own. The filter refuses all calls that are about keys, so it may fail where a container refuses them, too. */
export const newKeyring = (): readonly Step[] => [
  { what: "join a new session keyring", call: "keyctl", args: [joinSessionKeyring, 0], onError: "next" },
];

/** Gives up every capability for good, in each set. Only for who has CAP_SETPCAP. */
export const dropCapabilities = (): readonly Step[] => [
  { what: "clear the ambient capabilities", call: "prctl", args: [ambient, clearAmbient, 0, 0, 0], onError: "next" },
  ...Array.from({ length: capabilities }, (_, capability) => dropFromBounding(capability)).flat(),
];

function dropFromBounding(capability: number): readonly Step[] {
  const what = `drop capability ${capability}`;
  const label = `capability ${capability}`;
  return [
    { what, call: "prctl", args: [dropBounding, capability, 0, 0, 0], onSuccess: label, onError: "next" },
    { what, call: "compare", args: [-EINVAL] }, // which is none that this kernel has
    { what, label, call: "compare", args: [0], onError: "next" },
  ];
}

/** Becomes a user without supplementary groups and without any capabilities. */
export const becomeUser = (uid: number, gid: number, clearGroups: boolean): readonly Step[] => [
  ...(clearGroups ? [{ what: "leave all groups", call: "setgroups", args: [0, 0] } as const] : []),
  { what: `become group ${gid}`, call: "setresgid", args: [gid, gid, gid] },
  { what: `become user ${uid}`, call: "setresuid", args: [uid, uid, uid] },
  ...clearCapabilities(),
];

const clearCapabilities = (): readonly Step[] => [
  {
    what: "clear the capabilities",
    call: "capset",
    args: [Buffer.from(new Uint32Array([capabilityVersion, 0]).buffer), Buffer.alloc(24)],
  },
];

/**
 * Is killed with the parent from here on. The kernel forgets that when the user changes. `parent` is checked where it is given: it may have
 * ended before.
 */
export const endWithParent = (parent?: number): readonly Step[] => [
  { what: "ask to be killed with cnb", call: "prctl", args: [endWithParentDeath, killSignal, 0, 0, 0] },
  ...(parent === undefined
    ? []
    : ([
        { what: "find cnb", call: "getppid", args: [] },
        { what: "find cnb: it has ended", call: "compare", args: [parent] },
      ] as const)),
];

/** A user and a group. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const userNamespace = 0x10000000;

/**
 * Becomes a user without capabilities in a new user namespace that contains nothing else. From
 * inside, the processes of the outer namespace are inaccessible: they cannot be traced, nor their
 * memory read or written, even by the same user.
 */
export const enterInnerNamespace = ({ uid, gid }: Identity, outer: Identity): readonly Step[] => [
  ...newUserNamespace({ uid, gid }, outer),
  ...limitProcesses(),
  ...dropCapabilities(),
  ...becomeUser(uid, gid, false),
];

/** Makes a user namespace with one user and one group, and every capability there until the next execve(2). */
export const newUserNamespace = ({ uid, gid }: Identity, outer: Identity): readonly Step[] => [
  { what: "make a user namespace", call: "unshare", args: [userNamespace] },
  ...writeFile("/proc/self/setgroups", "deny"),
  ...writeFile("/proc/self/uid_map", `${uid} ${outer.uid} 1\n`),
  ...writeFile("/proc/self/gid_map", `${gid} ${outer.gid} 1\n`),
];

/** File descriptors of who makes a user namespace for itself as root: its directory in /proc, and what starts its helper. */
const [ownProcFd, startFd] = [20, 21];
const pathOnly = 0o10000000;
const { O_DIRECTORY: directoryOnly } = files; // it differs between architectures
const [oneProcess, ended] = [1, 4]; // P_PID, WEXITED
const one = Buffer.from(new BigUint64Array([1n]).buffer);

/** The maps of a user namespace in which each id is the same as around it, as the kernel takes them. */
export interface IdMaps {
  readonly uid: string;
  readonly gid: string;
}

/** Maps for a namespace in that of this process, which need not have all ids. */
export function sameIds(): IdMaps {
  const read = (file: string) =>
    readFileSync(file, "utf8").replaceAll(/^ *(\d+) +\d+ +(\d+)$/gm, (_, first, count) => `${first} ${first} ${count}`);
  return { uid: read("/proc/self/uid_map"), gid: read("/proc/self/gid_map") };
}

/**
 * Enters a user namespace as root in which each id is the same as around it. It is root's: an account of the machine with the id that
 * the process has in the end can neither trace it nor reach its files and variables through /proc. A process may map one id for itself
 * at most, so a child that stays outside writes the maps. Where no user namespace can be had, the process stays in its own.
 */
export function enterNamespaceOfRoot(maps: IdMaps): readonly Step[] {
  const what = "make a user namespace";
  const helper = "write the maps of ids";
  const helped = "wait for the maps of ids";
  const done = "end the helper";
  return [
    { what, call: "openat", args: [-100, "/proc/self", pathOnly | directoryOnly | closeOnExec], passResult: true },
    { what, call: "dup3", args: [0, ownProcFd, closeOnExec] },
    { what, call: "eventfd2", args: [0, closeOnExec], passResult: true },
    { what, call: "dup3", args: [0, startFd, closeOnExec] },
    ...fork(what, { step: helped, argument: 1 }, helper),
    { what, call: "unshare", args: [userNamespace], onError: "next" },
    { what, call: "write", args: [startFd, one, one.length] },
    { what, label: helped, call: "waitid", args: [oneProcess, 0, 0, ended, 0], onSuccess: "helped" },
    { what, label: helper, call: "read", args: [startFd, Buffer.alloc(8), 8], onError: done },
    ...writeMap("uid_map", maps.uid, done),
    ...writeMap("gid_map", maps.gid, done),
    { what, label: done, call: "exit_group", args: [0] },
    { what, label: "helped", call: "compare", args: [0], onError: "next" },
  ];
}

function writeMap(file: string, map: string, onError: string): readonly Step[] {
  const what = `write ${file}`;
  const bytes = Buffer.from(map);
  return [
    { what, call: "openat", args: [ownProcFd, file, 1 | closeOnExec], passResult: true, onError },
    { what, call: "write", args: [0, bytes, bytes.length], onError },
  ];
}

/** Processes and threads that each user of a user namespace may have there, where the kernel counts these by themselves. */
export const limitProcesses = (count: number = maxProcesses): readonly Step[] =>
  countsPerNamespace()
    ? [{ what: "limit the processes", call: "prlimit64", args: [0, processLimit, [count, count], 0], onError: "next" }]
    : [];

/** Disables new privileges, and installs the system call filter `rules`. */
export const refuseCalls = (arch: SyscallArchitecture): readonly Step[] => [
  { what: "refuse new privileges", call: "prctl", args: [setNoNewPrivileges, 1, 0, 0, 0] },
  ...installFilter(arch, rules),
];

/** Installs a filter, which requires no_new_privs or CAP_SYS_ADMIN. */
export function installFilter(arch: SyscallArchitecture, given: readonly Rule[]): readonly Step[] {
  const filter = seccompFilter(arch, given);
  const program: Data = [filter.length / 8, filter];
  const what = "install the seccomp filter";
  return [
    // Kernels before 5.16 would slow down every process that has a filter; those before 4.17 do not know this flag.
    { what, call: "seccomp", args: [setFilter, allowSpeculation, program], onSuccess: "filtered", onError: "next" },
    { what, call: "seccomp", args: [setFilter, 0, program] },
    { what, label: "filtered", call: "compare", args: [0], onError: "next" },
  ];
}

/** Writes a text to an existing file. */
export function writeFile(file: string, text: string, what = `write ${file}`): readonly Step[] {
  const bytes = Buffer.from(text);
  return [
    { what, call: "openat", args: [-100, file, 1 | closeOnExec], passResult: true },
    { what, call: "write", args: [0, bytes, bytes.length] },
  ];
}
