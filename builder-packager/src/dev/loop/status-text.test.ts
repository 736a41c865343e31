import { expect, test } from "vitest";
import { initialState, type LoopState } from "./loop.ts";
import { changeText, endText } from "./messages.ts";
import { statusText } from "./status-text.ts";

const request = { sinceMs: 0, clearsCache: false, restarts: false, showsLog: false };
const keys = "r rebuild · c clear cache · i inspect · q quit";

test.each<[string, Partial<LoopState>, string]>([
  ["before the first build", {}, keys],
  ["during the first build", { building: request }, `building  │  ${keys}`],
  ["while the app starts", { app: "starting" }, `app starting  │  ${keys}`],
  ["while the app runs", { app: "ready" }, `http://localhost:8080  │  ${keys}`],
  ["after a change during a build", { building: request, queued: request }, `building, changed again  │  ${keys}`],
  ["after a failed build", { lastBuild: "failed", app: "ready" }, `build failed  │  http://localhost:8080  │  ${keys}`],
  ["after the end of the app", { app: "ended", lastTests: "failed" }, `app ended  │  tests failed  │  ${keys}`],
  ["while tests run", { app: "ready", testing: [] }, `http://localhost:8080  │  testing  │  ${keys}`],
  ["at the end", { isQuitting: true, app: "ready" }, `stopping  │  http://localhost:8080  │  ${keys}`],
])("the status line of cnb dev shows the state %s", (_, state, expected) => {
  expect(statusText({ state: { ...initialState, ...state }, address: "http://localhost:8080" })).toBe(expected);
});

test("the message about changed files lists three paths and counts the others", () => {
  const source = { kind: "app", dir: "/srv/shop" } as const;
  expect(changeText({ source, paths: ["a", "b"] })).toBe("Changed: a, b");
  expect(changeText({ source, paths: ["a", "b", "c", "d"] })).toBe("Changed: a, b, c and 1 more file");
  expect(changeText({ source: { kind: "buildpack", dir: "/srv/my-bp" }, paths: ["a", "b", "c", "d", "e"] })).toBe(
    "Changed in my-bp: a, b, c and 2 more files",
  );
});

test("the message about the end of an app names the exit code or the signal", () => {
  expect(endText({ exitCode: 1 })).toBe("The app ended with exit code 1. It starts again after the next change.");
  expect(endText({ exitCode: 137, signal: "SIGKILL" })).toBe(
    "The app ended by SIGKILL. It starts again after the next change.",
  );
});
