import * as native from "engine:process";
import { errnoNames } from "../internal/errno.ts";
import { signals } from "../internal/signals.ts";
import process from "../process/process.ts";

/** The line ending of the operating system. */

export const EOL = "\n";
export const devNull = "/dev/null";

export const constants = {
  signals,
  errno: Object.fromEntries(errnoNames().flatMap((name, number) => (name === "" ? [] : [[name, number]]))),
  priority: {
    PRIORITY_LOW: 19,
    PRIORITY_BELOW_NORMAL: 10,
    PRIORITY_NORMAL: 0,
    PRIORITY_ABOVE_NORMAL: -7,
    PRIORITY_HIGH: -14,
    PRIORITY_HIGHEST: -20,
  },
};

export function tmpdir(): string {
  const path = process.env["TMPDIR"] || process.env["TMP"] || process.env["TEMP"] || "/tmp";
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

export const homedir = (): string => process.env["HOME"] || native.homedir();
export const hostname = native.hostname;
export const type = (): string => native.uname()[0] ?? "Linux";
export const release = (): string => native.uname()[1] ?? "";
export const version = (): string => native.uname()[2] ?? "";
export const machine = (): string => native.uname()[3] ?? "";
export const platform = (): "linux" => "linux";
export const arch = (): "x64" | "arm64" => native.arch;
export const endianness = (): "LE" => "LE";
export const totalmem = native.totalmem;
export const freemem = native.freemem;
export const loadavg = native.loadavg;
export const availableParallelism = native.cpuCount;
export const uptime = (): number => Math.trunc(Number(native.hrtime() / 1_000_000n) / 1000);

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

/**
 * Returns one entry per processor, because programs count them. The details in the entries are
 * placeholders.
 */
export const cpus = (): Cpu[] =>
  Array.from({ length: native.cpuCount() }, () => ({
    model: "unknown",
    speed: 0,
    times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 },
  }));

export function userInfo(): { uid: number; gid: number; username: string; homedir: string; shell: string | null } {
  const username = process.env["USER"] || process.env["LOGNAME"] || String(native.getuid());
  return {
    uid: native.getuid(),
    gid: native.getgid(),
    username,
    homedir: homedir(),
    shell: process.env["SHELL"] ?? null,
  };
}

export default {
  EOL,
  arch,
  availableParallelism,
  constants,
  cpus,
  devNull,
  endianness,
  freemem,
  homedir,
  hostname,
  loadavg,
  machine,
  platform,
  release,
  tmpdir,
  totalmem,
  type,
  uptime,
  userInfo,
  version,
};
