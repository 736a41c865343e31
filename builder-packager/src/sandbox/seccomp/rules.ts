import { constants } from "node:os";
import type { SyscallArchitecture } from "../syscalls/assembled.ts";
import type { SyscallName } from "../syscalls/numbers.ts";

/**
 * A test of an argument of a system call. The kernel only reads the lower 32 bits of each tested
 * argument.
 */
export type ArgumentTest =
  | { readonly argument: number; readonly hasAnyBit: number }
  | { readonly argument: number; readonly isOneOf: readonly number[] }
  | { readonly argument: number; readonly isNoneOf: readonly number[] };

/**
 * A rule of the filter: the calls fail with `errno` if all tests of their arguments are true. Each
 * call is in at most one rule.
 */
export interface Rule {
  readonly calls: readonly SyscallName[];
  readonly errno: number;
  readonly when?: readonly ArgumentTest[];
}

const { EAFNOSUPPORT, ENOSYS, EPERM } = constants.errno;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const newNamespaces = 0x7e020000;
/**
 * CLONE_NEWTIME, only for unshare(2). For clone(2), this bit is part of the exit signal's number.
 */
const newTimeNamespace = 0x80;

/**
 * The system calls refused to a sandboxed command: those that Docker's default profile refuses to a
 * container without capabilities, except as listed in docs/decisions/0014-what-sandboxes-refuse.md.
 */
export const rules: readonly Rule[] = [
  // Keys: those of the caller and of all users are not in any namespace.
  { calls: ["add_key", "keyctl", "request_key"], errno: EPERM },
  // Mounts, roots and namespaces
  {
    calls: [
      "chroot",
      "fsconfig",
      "fsmount",
      "fsopen",
      "fspick",
      "mount",
      "mount_setattr",
      "move_mount",
      "open_tree",
      "open_tree_attr",
      "pivot_root",
      "setns",
      "umount2",
    ],
    errno: EPERM,
  },
  { calls: ["clone"], errno: EPERM, when: [{ argument: 0, hasAnyBit: newNamespaces }] },
  { calls: ["unshare"], errno: EPERM, when: [{ argument: 0, hasAnyBit: newNamespaces + newTimeNamespace }] },
  // Its flags are in memory, which a filter cannot read. The C library uses clone instead if the call does not exist.
  { calls: ["clone3"], errno: ENOSYS },
  // Large parts of the kernel that builds do not need and that had many faults
  { calls: ["bpf", "fanotify_init", "lookup_dcookie", "perf_event_open", "userfaultfd"], errno: EPERM },
  // libuv and others do without if there is none.
  { calls: ["io_uring_enter", "io_uring_register", "io_uring_setup"], errno: ENOSYS },
  {
    calls: ["socket"],
    errno: EAFNOSUPPORT,
    when: [{ argument: 0, isOneOf: [38, 40] }], // AF_ALG, AF_VSOCK: the kernel's ciphers and the hypervisor
  },
  // Files by their number, past all directories
  { calls: ["open_by_handle_at"], errno: EPERM },
  // Process 1 of a sandbox is not the command's: stopped, it could not collect what ends.
  {
    calls: ["ptrace"],
    errno: EPERM,
    when: [
      { argument: 0, isOneOf: [16, 0x4206] }, // PTRACE_ATTACH, PTRACE_SEIZE
      { argument: 1, isOneOf: [1] },
    ],
  },
  { calls: ["process_vm_readv", "process_vm_writev"], errno: EPERM, when: [{ argument: 0, isOneOf: [1] }] },
  { calls: ["kcmp", "pidfd_getfd", "process_madvise"], errno: EPERM },
  // TIOCSTI types into the terminal of cnb run, TIOCLINUX pastes into a console.
  { calls: ["ioctl"], errno: EPERM, when: [{ argument: 1, isOneOf: [0x5412, 0x541c] }] },
  // Linux and Linux32, each also with UNAME26, and the question what it is
  {
    calls: ["personality"],
    errno: EPERM,
    when: [{ argument: 0, isNoneOf: [0, 8, 0x20000, 0x20008, 0xffffffff] }],
  },
  // The machine: modules, other kernels, swap, clocks, accounts, names, ports
  {
    calls: [
      "acct",
      "clock_settime",
      "create_module",
      "delete_module",
      "finit_module",
      "get_kernel_syms",
      "init_module",
      "ioperm",
      "iopl",
      "kexec_file_load",
      "kexec_load",
      "query_module",
      "quotactl",
      "quotactl_fd",
      "reboot",
      "setdomainname",
      "sethostname",
      "settimeofday",
      "swapoff",
      "swapon",
      "syslog",
      "vhangup",
    ],
    errno: EPERM,
  },
  // Placement of memory on the machine's NUMA nodes
  {
    calls: ["get_mempolicy", "mbind", "migrate_pages", "move_pages", "set_mempolicy", "set_mempolicy_home_node"],
    errno: EPERM,
  },
  // Long gone or never there
  {
    calls: [
      "_sysctl",
      "afs_syscall",
      "getpmsg",
      "nfsservctl",
      "putpmsg",
      "security",
      "sysfs",
      "tuxcall",
      "uselib",
      "ustat",
      "vserver",
    ],
    errno: EPERM,
  },
];

/**
 * The number of file_setattr (Linux 6.17). Newer calls fail with ENOSYS until they are reviewed.
 */
export const lastKnownCall = 469;

/**
 * The kernel's audit numbers of architectures. A call of another architecture, such as a 32-bit
 * call on a 64-bit kernel, ends the process.
 */
export const auditArchitectures: Readonly<Record<SyscallArchitecture, number>> = {
  amd64: 0xc000003e,
  arm64: 0xc00000b7,
};
