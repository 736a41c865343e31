import { readText } from "engine:fs";
import { memory } from "engine:process";

/** The microseconds of a tick in /proc/self/stat. */
const TICK = 10_000;

/** `process.resourceUsage`, from what the system says of the process; values that Linux does not count are 0. */
export function resourceUsage(): NodeJS.ResourceUsage {
  // The name of the program is in parentheses and may contain anything.
  const fields = read("/proc/self/stat")
    .replace(/^.*\) /s, "")
    .split(" ")
    .map(Number);
  const [minor = 0, major = 0, user = 0, system = 0] = [fields[7], fields[9], fields[11], fields[12]];
  return {
    userCPUTime: user * TICK,
    systemCPUTime: system * TICK,
    maxRSS: Math.round(memory()[1] / 1024),
    sharedMemorySize: 0,
    unsharedDataSize: 0,
    unsharedStackSize: 0,
    minorPageFault: minor,
    majorPageFault: major,
    swappedOut: 0,
    fsRead: blocks("read_bytes"),
    fsWrite: blocks("write_bytes"),
    ipcSent: 0,
    ipcReceived: 0,
    signalsCount: 0,
    voluntaryContextSwitches: switches("voluntary_ctxt_switches"),
    involuntaryContextSwitches: switches("nonvoluntary_ctxt_switches"),
  };
}

const BLOCK = 512;

const blocks = (name: string): number => Math.trunc(numberAfter(read("/proc/self/io"), name) / BLOCK);

const switches = (name: string): number => numberAfter(read("/proc/self/status"), name);

const numberAfter = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text)?.[1] ?? 0);

/** Returns the text of a file, or an empty one if it cannot be read. */
function read(path: string): string {
  const text = readText(path);
  return typeof text === "string" ? text : "";
}
