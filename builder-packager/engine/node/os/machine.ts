import { readText } from "engine:fs";
import { geteuid } from "engine:process";
import { encode } from "engine:text";
import { codedError } from "../errors.ts";
import { bufferOf } from "../internal/bytes.ts";
import { errnoName, errnoText } from "../internal/errno.ts";

/* What the machine's files say of its users and processors. It is a part of its own, because detect needs none of it. */

interface User {
  readonly uid: number;
  readonly gid: number;
  readonly username: string;
  readonly homedir: string;
  readonly shell: string | null;
}

const ENOENT = -2;

/** Returns the entry of the process's user in /etc/passwd. */
function user(syscall: string): User {
  const text = readText("/etc/passwd");
  const lines = typeof text === "string" ? text.split("\n") : [];
  const entry = lines
    .map((line) => line.split(":"))
    .find(({ length, 2: uid }) => length === 7 && Number(uid) === geteuid());
  if (entry === undefined) {
    throw missing(syscall);
  }
  const [username = "", , uid, gid, , homedir = "", shell = ""] = entry;
  return { uid: Number(uid), gid: Number(gid), username, homedir, shell };
}

function missing(syscall: string): Error {
  const [code, message] = [errnoName(-ENOENT), errnoText(-ENOENT)];
  const text = `A system error occurred: ${syscall} returned ${code} (${message})`;
  const error = codedError(Error, "ERR_SYSTEM_ERROR", text);
  Object.defineProperty(error, "name", { value: "SystemError", writable: true, configurable: true });
  return Object.assign(error, { info: { errno: ENOENT, code, message, syscall }, errno: ENOENT, syscall });
}

export const homeOfUser = (): string => user("uv_os_homedir").homedir;

interface UserOptions {
  readonly encoding?: string | undefined;
}

export function userInfo(options?: UserOptions | null): { [Key in keyof User]: User[Key] | Buffer } {
  const { uid, gid, username, homedir, shell } = user("uv_os_get_passwd");
  const isBytes = options?.encoding === "buffer";
  const shown = (text: string): string | Buffer => (isBytes ? bufferOf(encode(text, "utf8")) : text);
  return { uid, gid, username: shown(username), homedir: shown(homedir), shell: shown(shell ?? "") };
}

interface Cpu {
  readonly model: string;
  readonly speed: number;
  readonly times: {
    readonly user: number;
    readonly nice: number;
    readonly sys: number;
    readonly idle: number;
    readonly irq: number;
  };
}

/** The milliseconds of a tick in /proc/stat. */
const TICK = 10;

/** Returns the processors that are online, with the times since the machine started, in milliseconds. */
export function cpus(): Cpu[] {
  const models = modelsIn(read("/proc/cpuinfo"));
  return [...read("/proc/stat").matchAll(/^cpu(\d+) (.*)$/gm)].map(([, number = "", counters = ""]) => {
    const [user = 0, nice = 0, sys = 0, idle = 0, , irq = 0] = counters.split(" ").map((ticks) => Number(ticks) * TICK);
    return { model: models.get(number) ?? "unknown", speed: speedOf(number), times: { user, nice, sys, idle, irq } };
  });
}

const modelsIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\n\n").flatMap((block) => {
      const number = /^processor\t+: (\d+)$/m.exec(block)?.[1];
      const model = /^model name\t+: (.*)$/m.exec(block)?.[1];
      return number === undefined || model === undefined ? [] : [[number, model]];
    }),
  );

const speedOf = (number: string): number =>
  Math.trunc(Number(read(`/sys/devices/system/cpu/cpu${number}/cpufreq/scaling_cur_freq`)) / 1000);

/** Returns the text of a file, or an empty one if it cannot be read. */
function read(path: string): string {
  const text = readText(path);
  return typeof text === "string" ? text : "";
}
