import * as native from "engine:process";
import { lazily } from "../internal/lazy.ts";
import process from "../process/process.ts";
import { constants } from "./constants.ts";
import type * as ofMachine from "./machine.ts";

export { constants } from "./constants.ts";

/** The line ending of the operating system. */
export const EOL = "\n";
export const devNull = "/dev/null";

const homeOfUser = lazily<typeof ofMachine, "homeOfUser">("os/machine", "homeOfUser");

export function tmpdir(): string {
  const path = process.env["TMPDIR"] || process.env["TMP"] || process.env["TEMP"] || "/tmp";
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

export const homedir = (): string => process.env["HOME"] ?? homeOfUser();
export const hostname = (): string => native.hostname();
export const type = (): string => native.uname()[0] ?? "Linux";
export const release = (): string => native.uname()[1] ?? "";
export const version = (): string => native.uname()[2] ?? "";
export const machine = (): string => native.uname()[3] ?? "";
export const platform = (): "linux" => "linux";
export const arch = (): "x64" | "arm64" => native.arch;
export const endianness = (): "LE" => "LE";
export const totalmem = (): number => native.totalmem();
export const freemem = (): number => native.freemem();
export const loadavg = native.loadavg;
export const availableParallelism = (): number => native.cpuCount();
export const uptime = (): number => Math.trunc(Number(native.hrtime() / 1_000_000n) / 1000);
export const cpus = lazily<typeof ofMachine, "cpus">("os/machine", "cpus");
export const userInfo = lazily<typeof ofMachine, "userInfo">("os/machine", "userInfo");

const asText = [
  arch,
  availableParallelism,
  endianness,
  freemem,
  homedir,
  hostname,
  machine,
  platform,
  release,
  tmpdir,
  totalmem,
  type,
  uptime,
  version,
];
for (const value of asText) {
  // `${os.hostname}` is the host name, as in Node.js
  Object.defineProperty(value, Symbol.toPrimitive, { value, writable: true, configurable: true });
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
