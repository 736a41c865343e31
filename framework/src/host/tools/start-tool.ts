import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { signalGroup, trackGroup, untrackGroup } from "../process-groups.ts";
import type { Ending, RunningTool, ToolCall, ToolEnvironment, ToolHost } from "./tool.ts";
import { notStarted } from "./tool-errors.ts";

/** Returns the working directory and the environment in which a tool is started. */
export function environmentOf({ env, cwd }: ToolHost, call: ToolCall): ToolEnvironment {
  const merged = Object.entries({ ...env, ...call.env });
  const set = merged.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { cwd: resolve(cwd, call.cwd ?? "."), env: Object.fromEntries(set) };
}

/** Starts a tool as the leader of a new process group. */
export function startTool(host: ToolHost, call: ToolCall): RunningTool {
  const location = environmentOf(host, call);
  const child = spawned(call, location);
  child.stdin?.on("error", () => {}); // a tool need not read its input
  child.stdin?.end(call.input);
  const { pid } = child;
  if (pid !== undefined) trackGroup(pid);
  let force: NodeJS.Timeout | undefined;
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    ending: endOf(child, call, location),
    end() {
      if (pid === undefined || force !== undefined) return;
      signalGroup(pid, call.killSignal ?? "SIGTERM");
      force = setTimeout(() => signalGroup(pid, "SIGKILL"), call.killAfterMs ?? 10_000);
    },
    release() {
      clearTimeout(force);
      if (pid !== undefined && force !== undefined) signalGroup(pid, "SIGKILL");
      for (const stream of [child.stdout, child.stderr])
        if (stream && "unref" in stream) (stream.unref as () => void)();
      child.stdin?.destroy();
      if (pid !== undefined) untrackGroup(pid);
    },
  };
}

function spawned(call: ToolCall, location: ToolEnvironment): ChildProcess {
  try {
    const stdin = call.input === undefined ? "ignore" : "pipe";
    return spawn(call.tool, call.args, { ...location, stdio: [stdin, "pipe", "pipe"], detached: true });
  } catch (error) {
    throw notStarted(call, location, error);
  }
}

// At its exit, not when its output closes: a process that it left behind may keep the output open without end.
function endOf(child: ChildProcess, call: ToolCall, location: ToolEnvironment): Promise<Ending> {
  return new Promise((done, reject) => {
    child.once("error", (error) => reject(notStarted(call, location, error)));
    child.once("exit", (code, signal) => done({ code, signal }));
  });
}
