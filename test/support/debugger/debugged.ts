import { watch } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, type Outcome } from "../cnb.ts";
import { MappedScript } from "./mapped-script.ts";
import { type Params, Session } from "./session.ts";

/** A line of a source file, counted from 1. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

/**
 * Runs a command with breakpoints as an editor does: it attaches to each Node.js process that the
 * command starts, and continues after each stop.
 *
 * @returns `stops`: the lines at which a process stopped, as `FILE:LINE`
 */
export async function debugged(
  [command = "", ...args]: readonly string[],
  { cwd, breakpoints }: { readonly cwd: string; readonly breakpoints: readonly SourceLine[] },
): Promise<Outcome & { readonly stops: readonly string[] }> {
  const processes = await mkdtemp(join(tmpdir(), "debugged-"));
  const stops = new Set<string>();
  const attached = new Map<string, Promise<void>>();
  const watcher = watch(processes, (_, name) => {
    if (name === null || name.startsWith(".") || attached.has(name)) return;
    const ended = attach(join(processes, name), breakpoints, stops);
    ended.catch(() => {}); // is thrown after the command has ended
    attached.set(name, ended);
  });
  try {
    const bootloader = join(import.meta.dirname, "bootloader.cjs");
    // without the variables of the tests that call this, which a test runner would read, too
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, NO_COLOR: "1", NODE_OPTIONS: `--require=${bootloader}`, DEBUGGED_PROCESSES: processes };
    const outcome = await execute(command, args, { cwd, env });
    await Promise.all(attached.values());
    return { ...outcome, stops: [...stops].toSorted() };
  } finally {
    watcher.close();
    await rm(processes, { recursive: true, force: true });
  }
}

/** Debugs a process until it ends. */
async function attach(file: string, breakpoints: readonly SourceLine[], stops: Set<string>): Promise<void> {
  const session = await Session.connect(await readFile(file, "utf8"));
  const scripts = new Map<string, MappedScript>();
  const failure = Promise.withResolvers<never>();
  session.on("Debugger.paused", (paused) => {
    pausedAt(paused)
      .then(() => session.send("Debugger.resume"))
      .catch(failure.reject);
  });
  session.on("NodeRuntime.waitingForDisconnect", () => session.close());
  const start: readonly (readonly [string, Params?])[] = [
    ["Debugger.enable"],
    ["NodeRuntime.notifyWhenWaitingForDisconnect", { enabled: true }],
    ["Debugger.setInstrumentationBreakpoint", { instrumentation: "beforeScriptWithSourceMapExecution" }],
    ["Runtime.runIfWaitingForDebugger"],
  ];
  try {
    for (const [method, params] of start) await session.send(method, params);
    await Promise.race([session.closed, failure.promise]);
  } finally {
    session.close(); // the process continues
  }

  async function pausedAt({ reason, data, callFrames: [frame] }: Params): Promise<void> {
    if (reason === "instrumentation") return setBreakpoints(data);
    const script = scripts.get(frame.location.scriptId);
    stops.add(script ? script.originOf(frame.location) : `${frame.url}:${frame.location.lineNumber + 1}`);
  }

  /** Sets the breakpoints of a script before it runs: its source map has their positions. */
  async function setBreakpoints({ scriptId, url, sourceMapURL }: Params): Promise<void> {
    const file = String(url).replace(/^file:\/\//, "");
    const own = breakpoints.filter((breakpoint) => breakpoint.file === file);
    if (own.length === 0) return;
    const { scriptSource } = await session.send("Debugger.getScriptSource", { scriptId });
    const script = new MappedScript(file, scriptSource, sourceMapURL);
    scripts.set(scriptId, script);
    for (const { line } of own)
      await session.send("Debugger.setBreakpoint", { location: { scriptId, ...script.positionOf(line) } });
  }
}
