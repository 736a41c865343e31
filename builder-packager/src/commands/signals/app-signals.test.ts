import { afterEach, expect, test } from "vitest";
import { type AppSignals, appSignals } from "./app-signals.ts";

let signals: AppSignals | undefined;
afterEach(() => signals?.release());

/** An app that notes the signals it gets. */
function app() {
  const received: NodeJS.Signals[] = [];
  return {
    received,
    signal: async (name: NodeJS.Signals) => {
      received.push(name);
    },
  };
}

const listeners = () =>
  (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const).map((signal) =>
    process.listenerCount(signal),
  );

test("a signal that arrives while the app starts is sent to the app", async () => {
  signals = appSignals();
  signals.hold();
  for (const name of ["SIGQUIT", "SIGUSR2"] as const) {
    process.kill(process.pid, name);
    await new Promise((resolve) => process.once(name, resolve));
  }
  const started = app();
  signals.passTo(started);
  expect(started.received).toEqual(["SIGQUIT", "SIGUSR2"]);
  process.kill(process.pid, "SIGTERM");
  await new Promise((resolve) => process.once("SIGTERM", resolve));
  expect(started.received).toEqual(["SIGQUIT", "SIGUSR2", "SIGTERM"]);
});

test("SIGINT and SIGTERM are handled by the command until the app has started", () => {
  const [int, term] = listeners();
  signals = appSignals();
  signals.hold();
  expect(listeners().slice(0, 2)).toEqual([int, term]);
});

test("no signal listener remains after the app ends", () => {
  const before = listeners();
  signals = appSignals();
  signals.hold();
  signals.passTo(app());
  expect(listeners()).toEqual(before.map((count) => count + 1));
  signals.release();
  expect(listeners()).toEqual(before);
});
