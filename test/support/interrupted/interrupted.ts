import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { cnbCommand } from "../cnb.ts";
import type { TinyWorld } from "../tiny/world.ts";

/** Processes that an environment variable marks as ours. */
export async function marked(mark: string): Promise<readonly string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const environment = await readFile(`/proc/${id}/environ`, "latin1").catch(() => "");
      return environment.includes(mark) ? await readFile(`/proc/${id}/cmdline`, "latin1").catch(() => "") : "";
    }),
  );
  return found.filter((each) => each !== "");
}

let count = 0;

/** Starts `cnb` in the empty directory `empty` of the world, with a variable that marks what it starts. */
export function startMarked(world: TinyWorld, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const mark = `LIBCNB_TEST_MARK=${process.pid}-${++count}`;
  const [name = "", value] = mark.split("=");
  const env = {
    PATH: process.env["PATH"],
    HOME: world.dir,
    LIBCNB_CACHE_DIR: world.location("cache"),
    [name]: value,
    ...more,
  };
  const [program, ...all] = cnbCommand(args);
  const cnb = spawn(program, all, {
    cwd: world.location("empty"),
    env,
  });
  const output = { stderr: "" };
  cnb.stderr.on("data", (chunk) => (output.stderr += chunk));
  return { cnb, mark, output, ended: once(cnb, "close") };
}

export interface Interruption {
  readonly signal: NodeJS.Signals;
  /** When the signal is sent: when the command has printed this, or when this is true. */
  readonly until: RegExp | (() => boolean);
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The milliseconds from that time to the intended work. @default 300 */
  readonly afterMs?: number | undefined;
}

/** Runs a command, sends it a signal while it works, and waits for its end. */
export async function interruptedCommand(
  world: TinyWorld,
  args: readonly string[],
  { signal, until, env, afterMs = 300 }: Interruption,
) {
  const { cnb, mark, output, ended } = startMarked(world, args, env);
  const waits = () => (typeof until === "function" ? until() : until.test(output.stderr));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && cnb.exitCode === null && !waits(); )
    await delay(20);
  await delay(afterMs);
  expect(waits(), output.stderr).toBe(true);
  expect(cnb.exitCode, output.stderr).toBeNull();
  const begun = performance.now();
  cnb.kill(signal);
  const [exitCode] = await ended;
  const ms = performance.now() - begun;
  // The guard of an engine's containers looks for them twice before it ends podman's service.
  let left = await marked(mark);
  for (const deadline = Date.now() + 10_000; left.length > 0 && Date.now() < deadline; left = await marked(mark))
    await delay(100);
  return { exitCode, stderr: output.stderr, ms, left };
}
