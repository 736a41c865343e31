// @needs processes
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { freePort } from "../testing/free-port.ts";
import { endWithin } from "./end-within.ts";
import { openAppEnvironment } from "./testing/app-environment.ts";

const { start, remove } = openAppEnvironment();
afterAll(remove);

test("an app that ignores SIGTERM is killed", async () => {
  const { app, output } = await start({
    Cmd: ["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"],
  });
  await vi.waitFor(() => expect(output()).toBe("deaf\n"), 60_000);
  expect(await app.stop(300)).toEqual({ exitCode: 137, signal: "SIGKILL" });
});

test("an app is asked to end exactly when its time limit is reached", async () => {
  const { app, output } = await start({
    Cmd: ["/bin/sh", "-c", "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.1; done"],
  });
  await vi.waitFor(() => expect(output()).toBe("ready\n"), 60_000);
  await expect(endWithin(app, { timeoutMs: 500, sinceMs: performance.now() })).rejects.toMatchObject({
    code: "RUN_TIMED_OUT",
    message: "the app was stopped: the command took longer than 0.5 s",
    hint: "Increase --timeout, which includes the time to pull and unpack the image.",
  });
  expect(output()).toBe("ready\nasked\n");
  const { app: quick } = await start({ Cmd: ["/bin/sh", "-c", "exit 4"] });
  expect(await endWithin(quick, { timeoutMs: 60_000, sinceMs: performance.now() })).toEqual({ exitCode: 4 });
});

test("an app killed before it started is reported as killed", async () => {
  for (const ms of [0, 5, 10, 20, 40]) {
    const { app } = await start({ Cmd: ["/bin/sh", "-c", "sleep 60"] });
    await sleep(ms);
    expect(await app.stop(60_000)).toEqual({ exitCode: 143, signal: "SIGTERM" });
  }
});

test("waiting for a port fails if the app has ended", async () => {
  const { app } = await start({ Cmd: ["/bin/sh", "-c", "exit 1"] });
  const port = await freePort();
  await expect(app.waitForPort(port, 20_000)).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: `the app ended before it listened on port ${port}`,
    hint: "Read the app's output, and check which port the app uses (often set in PORT).",
  });
});
