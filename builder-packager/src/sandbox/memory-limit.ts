import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readHostFacts } from "./host-facts.ts";
import type { SandboxCommand } from "./spec.ts";

/** A limit of memory that is in force as soon as the wrapped command starts. */
export interface MemoryLimit {
  wrap(command: SandboxCommand): SandboxCommand;
  /** Gives back what the limit needed. */
  remove(): Promise<void>;
}

/**
 * Limits what a command and all that it starts may take. In a control group of its own that is true of all together; where the
 * caller may make none, of each process by itself (RLIMIT_DATA): a build of many processes can take more.
 *
 * @param mayJoin whether the command still is the caller when it starts, who alone may enter the group.
 */
export function limitMemory(bytes: number, mayJoin: boolean): MemoryLimit {
  const { sh = "sh", prlimit } = readHostFacts(process.env).tools;
  const group = mayJoin ? makeGroup(bytes) : undefined;
  if (group === undefined)
    return {
      wrap: prlimit === undefined ? same : (one) => before(one, [prlimit, `--data=${bytes}`]),
      remove: async () => {},
    };
  const join = [sh, "-c", 'echo 0 >"$0" && exec "$@"', `${group}/cgroup.procs`];
  return { wrap: (command) => before(command, join), remove: () => removeGroup(group) };
}

/** What a limit is worth here. */
export function memoryLimits(): "cgroup" | "process" | "none" {
  const group = makeGroup(2 ** 30);
  if (group !== undefined) {
    rmdirSync(group);
    return "cgroup";
  }
  return readHostFacts(process.env).tools["prlimit"] === undefined ? "none" : "process";
}

const same = (command: SandboxCommand): SandboxCommand => command;

const before = (command: SandboxCommand, [file = "", ...args]: readonly string[]): SandboxCommand => ({
  ...command,
  file,
  args: [...args, command.file, ...command.args],
});

const root = "/sys/fs/cgroup";
let count = 0;

/** Undefined where the caller may make none. */
function makeGroup(bytes: number): string | undefined {
  for (const parent of parents()) {
    removeAbandoned(parent);
    const group = join(parent, `libcnb-${process.pid}-${count++}`);
    if (tryTo(() => mkdirSync(group)) && (limited(group, bytes) || !tryTo(() => rmdirSync(group)))) return group;
  }
  return undefined;
}

/**
 * Of version 2 beside the caller's own group, which a user's systemd hands over, and at the top; of version 1 at the top.
 * A process may only be moved by who may write to what both groups are below.
 */
function parents(): readonly string[] {
  if (!existsSync(join(root, "cgroup.controllers"))) return [join(root, "memory")].filter(mayWrite);
  const own = /^0::(\/.*)$/m.exec(textOf("/proc/self/cgroup"))?.[1] ?? "/";
  return [...new Set([join(root, dirname(own)), root])].filter(mayWrite);
}

const mayWrite = (group: string): boolean => tryTo(() => accessSync(join(group, "cgroup.procs"), constants.W_OK));

function limited(group: string, bytes: number): boolean {
  const write = (name: string, text: string) => tryTo(() => writeFileSync(join(group, name), text));
  if (existsSync(join(group, "memory.limit_in_bytes"))) {
    const isLimited = write("memory.limit_in_bytes", `${bytes}`);
    write("memory.memsw.limit_in_bytes", `${bytes}`); // not every kernel counts swap
    return isLimited;
  }
  if (!existsSync(join(group, "memory.max")))
    tryTo(() => writeFileSync(join(dirname(group), "cgroup.subtree_control"), "+memory"));
  if (!existsSync(join(group, "memory.max")) || !write("memory.max", `${bytes}`)) return false;
  write("memory.swap.max", "0");
  write("memory.oom.group", "1");
  return true;
}

/** Those of a cnb that was killed are empty: nothing in them outlived it. */
function removeAbandoned(parent: string): void {
  for (const name of namesIn(parent)) {
    const pid = /^libcnb-(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) tryTo(() => rmdirSync(join(parent, name)));
  }
}

/** The kernel lets go of it a moment after the last process. */
async function removeGroup(group: string): Promise<void> {
  for (let tries = 0; tries < 100 && existsSync(group) && !tryTo(() => rmdirSync(group)); tries++) await sleep(20);
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
