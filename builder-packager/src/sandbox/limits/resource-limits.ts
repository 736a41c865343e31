import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readHostFacts } from "../backends/host-facts.ts";
import { writeFile } from "../confine.ts";
import type { SandboxCommand } from "../spec.ts";
import type { Step } from "../syscalls/program.ts";

/**
 * The requested limits of a command. They apply to the command and its child processes together.
 */
export interface RequestedLimits {
  readonly memoryBytes?: number | undefined;
  readonly processes?: number | undefined;
}

/**
 * The prepared limits of a command. They are applied by a prefix of the command line, or by steps
 * of a program of system calls.
 */
export interface ResourceLimits {
  wrap(command: SandboxCommand): SandboxCommand;
  /** Adds the prefix that applies the limits to a command line. */
  prefix(words: readonly [string, ...string[]]): readonly [string, ...string[]];
  readonly steps: readonly Step[];
  /** Removes the control groups that were created for the limits. */
  remove(): Promise<void>;
}

/**
 * Limits a command with control groups, so that all processes of the command share one limit. If
 * cnb cannot create control groups, each process has a separate memory limit (RLIMIT_DATA), so many
 * processes together can use more memory.
 *
 * @param mayJoin true if the command starts as cnb's own user: no other user can enter the control
 * groups.
 */
export function limitResources(wanted: RequestedLimits, mayJoin: boolean): ResourceLimits {
  const { sh = "sh", prlimit } = readHostFacts(process.env).tools;
  const groups = mayJoin ? makeGroups(wanted) : [];
  const { memoryBytes } = wanted;
  const isLimited = memoryBytes === undefined || groups.some(({ memory }) => memory);
  const ofProcess = isLimited || prlimit === undefined ? [] : [prlimit, `--data=${memoryBytes}`];
  const join = groups.flatMap(({ path }) => [sh, "-c", 'echo 0 >"$0" && exec "$@"', `${path}/cgroup.procs`]);
  const words = [...join, ...ofProcess];
  return {
    wrap: (command) => before(command, words),
    prefix: (given) => prefixed(words, given),
    steps: [
      ...groups.flatMap(({ path }) => writeFile(`${path}/cgroup.procs`, "0", `enter the control group ${path}`)),
      ...(isLimited ? [] : [limitData(memoryBytes)]),
    ],
    remove: async () => {
      for (const { path } of groups) await removeGroup(path);
    },
  };
}

const dataLimit = 2; // RLIMIT_DATA

const limitData = (bytes: number): Step => {
  return { what: "limit the memory", call: "prlimit64", args: [0, dataLimit, [bytes, bytes], 0] };
};

/** Returns the mechanisms with which the caller can limit memory and processes. */
export function availableLimits(): {
  readonly memory: "cgroup" | "process" | "none";
  readonly processes: "cgroup" | "none";
} {
  const groups = makeGroups({ memoryBytes: 2 ** 30, processes: 1000 });
  for (const { path } of groups) tryTo(() => rmdirSync(path));
  const ofProcess = readHostFacts(process.env).tools["prlimit"] === undefined ? "none" : "process";
  return {
    memory: groups.some(({ memory }) => memory) ? "cgroup" : ofProcess,
    processes: groups.some(({ processes }) => processes) ? "cgroup" : "none",
  };
}

const prefixed = ([first, ...others]: readonly string[], words: readonly [string, ...string[]]) =>
  first === undefined ? words : ([first, ...others, ...words] as const);

const before = (command: SandboxCommand, [file, ...args]: readonly string[]): SandboxCommand =>
  file === undefined ? command : { ...command, file, args: [...args, command.file, ...command.args] };

const root = "/sys/fs/cgroup";
let count = 0;

interface Group {
  readonly path: string;
  readonly memory: boolean;
  readonly processes: boolean;
}

/**
 * Creates the control groups that the caller may create: one of cgroup v2, or one for each
 * controller of cgroup v1.
 */
function makeGroups(wanted: RequestedLimits): readonly Group[] {
  if (existsSync(join(root, "cgroup.controllers"))) return makeGroup(unifiedParents(), wanted);
  const { memoryBytes, processes } = wanted;
  return [...makeGroup([join(root, "memory")], { memoryBytes }), ...makeGroup([join(root, "pids")], { processes })];
}

function makeGroup(parents: readonly string[], wanted: RequestedLimits): readonly Group[] {
  if (wanted.memoryBytes === undefined && wanted.processes === undefined) return [];
  for (const parent of parents.filter(mayWrite)) {
    removeAbandoned(parent);
    const path = join(parent, `libcnb-${pidNamespace()}-${process.pid}-${count++}`);
    if (!tryTo(() => mkdirSync(path))) continue;
    const { memoryBytes, processes } = wanted;
    const memory = memoryBytes !== undefined && limitsMemory(path, memoryBytes);
    const group = { path, memory, processes: processes !== undefined && limitsProcesses(path, processes) };
    if (group.memory || group.processes || !tryTo(() => rmdirSync(path))) return [group];
  }
  return [];
}

/**
 * The parents to try: that of the caller's own group, which systemd may delegate to the user, and
 * the root. A process may only be moved by a user who can write to the common parent of both
 * groups.
 */
function unifiedParents(): readonly string[] {
  const own = /^0::(\/.*)$/m.exec(textOf("/proc/self/cgroup"))?.[1] ?? "/";
  return [...new Set([join(root, dirname(own)), root])];
}

const mayWrite = (group: string): boolean => tryTo(() => accessSync(join(group, "cgroup.procs"), constants.W_OK));

const writeTo = (group: string, name: string, text: string): boolean =>
  tryTo(() => writeFileSync(join(group, name), text));

function limitsMemory(group: string, bytes: number): boolean {
  if (existsSync(join(group, "memory.limit_in_bytes"))) {
    const isLimited = writeTo(group, "memory.limit_in_bytes", `${bytes}`);
    writeTo(group, "memory.memsw.limit_in_bytes", `${bytes}`); // not every kernel counts swap
    return isLimited;
  }
  if (!handedOver(group, "memory") || !writeTo(group, "memory.max", `${bytes}`)) return false;
  writeTo(group, "memory.swap.max", "0");
  writeTo(group, "memory.oom.group", "1");
  return true;
}

const limitsProcesses = (group: string, processes: number): boolean =>
  handedOver(group, "pids") && writeTo(group, "pids.max", `${processes}`);

/** True if a cgroup has a controller. In cgroup v2, the parent has to enable it. */
function handedOver(group: string, controller: "memory" | "pids"): boolean {
  const file = join(group, `${controller}.max`);
  if (!existsSync(file)) writeTo(dirname(group), "cgroup.subtree_control", `+${controller}`);
  return existsSync(file);
}

/**
 * Removes control groups of killed cnb processes. They are empty, because no process in them
 * outlived cnb.
 */
function removeAbandoned(parent: string): void {
  const facts = { namespace: pidNamespace(), isRunning: (pid: string) => existsSync(`/proc/${pid}`) };
  for (const name of namesIn(parent)) {
    const group = join(parent, name);
    const ageMs = () => Date.now() - (statSync(group, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (isAbandoned(name, { ...facts, ageMs })) tryTo(() => rmdirSync(group));
  }
}

/**
 * True if the cnb process that created a control group has ended. Containers share these groups,
 * but each container has its own process ids. If the process is in another PID namespace, cnb cannot
 * check whether the process has ended. An empty group is no proof: its command may not have entered
 * the group yet. Such a group is therefore treated as abandoned after a day.
 */
export function isAbandoned(
  name: string,
  facts: { readonly namespace: string; isRunning(pid: string): boolean; ageMs(): number },
): boolean {
  const [, namespace, pid = ""] = /^libcnb-(?:(\d+)-)?(\d+)-\d+$/.exec(name) ?? [];
  if (pid === "") return false;
  return namespace === facts.namespace ? !facts.isRunning(pid) : facts.ageMs() > dayMs;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The kernel's number of this process's PID namespace. */
function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "0";
  }
}

/**
 * Removes a control group. The kernel permits that shortly after its last process has ended:
 * usually after a millisecond, later on a busy machine.
 */
async function removeGroup(group: string): Promise<void> {
  let pauseMs = 1;
  while (pauseMs < 1024 && existsSync(group) && !tryTo(() => rmdirSync(group))) {
    await sleep(pauseMs);
    pauseMs *= 2;
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function tryTo(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
