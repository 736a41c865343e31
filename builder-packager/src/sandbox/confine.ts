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
/** The number of capabilities that a kernel can have. It refuses those that it does not know. */
const capabilities = 64;

/**
 * Returns the steps that join a new session keyring. Errors are ignored, because some containers
 * refuse all system calls about keys. The sandbox's filter also refuses them later.
 */
export const newKeyring = (): readonly Step[] => [
  { what: "join a new session keyring", call: "keyctl", args: [joinSessionKeyring, 0], onError: "next" },
];

/**
 * Returns the steps that permanently drop every capability from the bounding set and the ambient
 * set. The steps require CAP_SETPCAP.
 */
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

/**
 * Returns the steps that change to a user without capabilities. If `clearGroups` is true, they also
 * remove the supplementary groups.
 */
export const becomeUser = (uid: number, gid: number, clearGroups: boolean): readonly Step[] => [
  ...(clearGroups ? [{ what: "clear the supplementary groups", call: "setgroups", args: [0, 0] } as const] : []),
  { what: `change to the group ${gid}`, call: "setresgid", args: [gid, gid, gid] },
  { what: `change to the user ${uid}`, call: "setresuid", args: [uid, uid, uid] },
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
 * Returns the steps that ask the kernel to kill this process when its parent ends. Run these steps
 * after the last change of the user, which would cancel the request. If `parent` is given, the
 * steps compare it with the current parent, because the parent may already have ended.
 */
export const endWithParent = (parent?: number): readonly Step[] => [
  { what: "request to be killed when cnb ends", call: "prctl", args: [endWithParentDeath, killSignal, 0, 0, 0] },
  ...(parent === undefined
    ? []
    : ([
        { what: "find cnb", call: "getppid", args: [] },
        { what: "find the cnb process: it has ended", call: "compare", args: [parent] },
      ] as const)),
];

/** The ids of a user and a group. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const userNamespace = 0x10000000;

/**
 * Returns the steps that change to a user without capabilities in a new user namespace without
 * other processes. A process in that namespace cannot trace processes of the outer namespace, nor
 * read or write their memory, even as the same user.
 */
export const enterInnerNamespace = ({ uid, gid }: Identity, outer: Identity): readonly Step[] => [
  ...newUserNamespace({ uid, gid }, outer),
  ...limitProcesses(),
  ...dropCapabilities(),
  ...becomeUser(uid, gid, false),
];

/**
 * Returns the steps that create a user namespace with one user and one group. The process has all
 * capabilities in it until the next execve(2).
 */
export const newUserNamespace = ({ uid, gid }: Identity, outer: Identity): readonly Step[] => [
  { what: "create a user namespace", call: "unshare", args: [userNamespace] },
  ...writeFile("/proc/self/setgroups", "deny"),
  ...writeFile("/proc/self/uid_map", `${uid} ${outer.uid} 1\n`),
  ...writeFile("/proc/self/gid_map", `${gid} ${outer.gid} 1\n`),
];

/**
 * File descriptors of a root process that creates its user namespace: its directory in /proc, and
 * the eventfd that starts its helper.
 */
const [ownProcFd, startFd] = [20, 21];
const pathOnly = 0o10000000;
const { O_DIRECTORY: directoryOnly } = files; // it differs between architectures
const [oneProcess, ended] = [1, 4]; // P_PID, WEXITED
const one = Buffer.from(new BigUint64Array([1n]).buffer);

/** The contents of uid_map and gid_map for a user namespace that maps each id to itself. */
export interface IdMaps {
  readonly uid: string;
  readonly gid: string;
}

/**
 * Returns the maps for a user namespace that a child of this process creates. The maps contain only
 * ids that exist in this process's own user namespace.
 */
export function sameIds(): IdMaps {
  const read = (file: string) =>
    readFileSync(file, "utf8").replaceAll(/^ *(\d+) +\d+ +(\d+)$/gm, (_, first, count) => `${first} ${first} ${count}`);
  return { uid: read("/proc/self/uid_map"), gid: read("/proc/self/gid_map") };
}

/**
 * Returns the steps that enter a user namespace in which each id is mapped to itself. The namespace
 * belongs to root. If an account of the machine has the same id as the command, it can therefore
 * not trace the process, nor read its files and environment through /proc. A process may map at
 * most one id for itself, so a child outside of the namespace writes the maps. If user namespaces
 * are unavailable, the process stays in its current user namespace.
 */
export function enterNamespaceOfRoot(maps: IdMaps): readonly Step[] {
  const what = "create a user namespace";
  const helper = "write the UID and GID maps";
  const helped = "wait for the UID and GID maps";
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

/**
 * Returns the steps that limit the number of processes and threads of each user in a user
 * namespace, if the kernel counts them per namespace.
 */
export const limitProcesses = (count: number = maxProcesses): readonly Step[] =>
  countsPerNamespace()
    ? [
        {
          what: "limit the number of processes",
          call: "prlimit64",
          args: [0, processLimit, [count, count], 0],
          onError: "next",
        },
      ]
    : [];

/** Returns the steps that set no_new_privs and install the system call filter `rules`. */
export const refuseCalls = (arch: SyscallArchitecture): readonly Step[] => [
  { what: "set no_new_privs", call: "prctl", args: [setNoNewPrivileges, 1, 0, 0, 0] },
  ...installFilter(arch, rules),
];

/** Returns the steps that install a filter, which requires no_new_privs or CAP_SYS_ADMIN. */
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

/** Returns the steps that write a text to an existing file. */
export function writeFile(file: string, text: string, what = `write ${file}`): readonly Step[] {
  const bytes = Buffer.from(text);
  return [
    { what, call: "openat", args: [-100, file, 1 | closeOnExec], passResult: true },
    { what, call: "write", args: [0, bytes, bytes.length] },
  ];
}
