import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { allStarted, startService } from "./service.ts";

/** A program that writes its process ID to a file of its directory, and then waits. */
async function sleeper(script = "") {
  const dir = await mkdtemp(join(tmpdir(), "service-test-"));
  const file = join(dir, "pid");
  const pid = async (): Promise<number> => {
    for (;;) {
      const text = await readFile(file, "utf8").catch(() => "");
      if (text.endsWith("\n")) return Number(text);
      await delay(10);
    }
  };
  return { dir, pid, args: ["-c", `echo $$ >"$0"; ${script} exec sleep 600`, file] };
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const exists = async (dir: string): Promise<boolean> =>
  (await readdir(dirname(dir))).some((name) => dir.endsWith(name));

test("a service that does not become ready is stopped, and its directory is removed", async () => {
  const { dir, args, pid } = await sleeper();
  let started = 0;
  const ready = async () => {
    started = await pid();
    throw new Error("not ready");
  };
  await expect(startService("sh", args, { dir, ready })).rejects.toThrow("not ready");
  expect(isRunning(started)).toBe(false);
  expect(await exists(dir)).toBe(false);
});

test("a service that ends before it is ready fails at once with its output", async () => {
  const { dir, args } = await sleeper("echo port taken >&2; exit 3;");
  const ready = () => delay(60_000, undefined, { ref: false });
  await expect(startService("sh", args, { dir, ready })).rejects.toThrow(
    /^sh ended with exit code 3 before it was ready:\nport taken\n$/,
  );
  expect(await exists(dir)).toBe(false);
});

test("a service whose program does not exist fails with the name of the program", async () => {
  const { dir } = await sleeper();
  const ready = () => delay(60_000, undefined, { ref: false });
  await expect(startService("/nonexistent/service", [], { dir, ready })).rejects.toThrow(
    /^\/nonexistent\/service cannot be started: .*ENOENT/,
  );
  expect(await exists(dir)).toBe(false);
});

test("if one of several services fails to start, the others are stopped", async () => {
  const { dir, args, pid } = await sleeper();
  const good = startService("sh", args, { dir, ready: pid });
  const bad = delay(100).then(() => Promise.reject(new Error("failed")));
  const started = await pid();
  await expect(allStarted([good, bad])).rejects.toThrow("failed");
  expect(isRunning(started)).toBe(false);
  expect(await exists(dir)).toBe(false);
});
