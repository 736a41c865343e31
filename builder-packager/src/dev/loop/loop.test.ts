import { describe, expect, test } from "vitest";
import type { SourceChange } from "./concerns.ts";
import { initialState, type LoopAction, type LoopEvent, type LoopState, type Step, step } from "./loop.ts";

const settings = { runsTests: true };
const app: SourceChange = { source: { kind: "app", dir: "/app" }, paths: ["server.js"] };
const buildpack: SourceChange = { source: { kind: "buildpack", dir: "/bp" }, paths: ["src/build.ts"] };
const buildpackTest: SourceChange = { source: { kind: "buildpack", dir: "/bp" }, paths: ["src/build.test.ts"] };

const started: LoopEvent = { type: "started", sinceMs: 0 };
const changed = (sinceMs: number, ...changes: readonly SourceChange[]): LoopEvent => ({
  type: "changed",
  changes,
  sinceMs,
});
const key = (name: "rebuild" | "clear-cache" | "inspect" | "quit", sinceMs = 9): LoopEvent => ({
  type: "key",
  key: name,
  sinceMs,
});
const built = (digest: string): LoopEvent => ({ type: "built", digest });
const request = { sinceMs: 0, clearsCache: false, restarts: false, showsLog: false };

/** The state after events, and the actions of the last one. */
const reached = (...events: readonly LoopEvent[]): Step =>
  events.reduce<Step>(({ state }, event) => step(state, event, settings), { state: initialState, actions: [] });

const running: readonly LoopEvent[] = [started, built("a"), { type: "app-ready" }];
const actions = (...events: readonly LoopEvent[]): readonly LoopAction[] => reached(...events).actions;
const state = (...events: readonly LoopEvent[]): LoopState => reached(...events).state;

describe("the loop of cnb dev", () => {
  test("builds at the start and shows the log", () => {
    expect(actions(started)).toEqual([{ do: "build", request: { ...request, showsLog: true } }]);
  });

  test("starts the app after the first build", () => {
    expect(actions(started, built("a"))).toEqual([{ do: "start-app", sinceMs: 0 }]);
  });

  test("builds without showing the log after a change of the app", () => {
    expect(actions(...running, changed(5, app))).toEqual([{ do: "build", request: { ...request, sinceMs: 5 } }]);
  });

  test("restarts the app if the image has changed", () => {
    expect(actions(...running, changed(5, app), built("b"))).toEqual([{ do: "start-app", sinceMs: 5 }]);
  });

  test("keeps the app running if the image is the same", () => {
    expect(actions(...running, changed(5, app), built("a"))).toEqual([{ do: "keep-app" }]);
  });

  test("starts an ended app again after a change, even with the same image", () => {
    const events = [...running, { type: "app-ended" } as const, changed(5, app), built("a")];
    expect(actions(...events)).toEqual([{ do: "start-app", sinceMs: 5 }]);
  });

  test("does not restart an app when it ends", () => {
    expect(reached(...running, { type: "app-ended" })).toMatchObject({ state: { app: "ended" }, actions: [] });
  });

  test("keeps the running app if a build fails", () => {
    const { state: failed, actions: none } = reached(...running, changed(5, app), { type: "build-failed" });
    expect(none).toEqual([]);
    expect(failed).toMatchObject({ app: "ready", image: "a", lastBuild: "failed" });
  });
});

describe("a file change during a build of cnb dev", () => {
  test("is queued", () => {
    const { state: queued, actions: none } = reached(started, changed(5, app));
    expect(none).toEqual([]);
    expect(queued.queued).toEqual({ ...request, sinceMs: 5 });
  });

  test("is built after the running build, and the image of the running build is started first", () => {
    expect(actions(started, changed(5, app), built("a"))).toEqual([
      { do: "start-app", sinceMs: 0 },
      { do: "build", request: { ...request, sinceMs: 5 } },
    ]);
  });

  test("is built after a failed build", () => {
    expect(actions(started, changed(5, app), { type: "build-failed" })).toEqual([
      { do: "build", request: { ...request, sinceMs: 5 } },
    ]);
  });

  test("is built together with later changes, and the time counts from the first change", () => {
    expect(state(started, changed(5, app), changed(7, buildpack)).queued).toEqual({
      ...request,
      sinceMs: 5,
      showsLog: true,
    });
  });
});

describe("the key r in cnb dev", () => {
  test("rebuilds and restarts the app even if the image is the same", () => {
    expect(actions(...running, key("rebuild"))).toEqual([
      { do: "build", request: { sinceMs: 9, clearsCache: false, restarts: true, showsLog: true } },
    ]);
    expect(actions(...running, key("rebuild"), built("a"))).toEqual([{ do: "start-app", sinceMs: 9 }]);
  });

  test("stops a running build and builds again", () => {
    expect(actions(started, key("rebuild"))).toEqual([{ do: "stop-build" }]);
    expect(actions(started, key("rebuild"), key("rebuild"))).toEqual([]);
    expect(actions(started, key("rebuild"), { type: "build-stopped" })).toMatchObject([{ do: "build" }]);
  });
});

test("the key c in cnb dev rebuilds without the cache, even if a change is queued", () => {
  expect(actions(...running, key("clear-cache"))).toMatchObject([{ do: "build", request: { clearsCache: true } }]);
  expect(state(started, changed(5, app), key("clear-cache")).queued).toMatchObject({ clearsCache: true, sinceMs: 5 });
});

test("the key i in cnb dev opens the inspection page and changes nothing", () => {
  expect(reached(...running, key("inspect"))).toEqual({ state: state(...running), actions: [{ do: "open-page" }] });
});

test("cnb dev ignores changes and keys after the key q", () => {
  expect(actions(...running, key("quit"))).toEqual([{ do: "quit" }]);
  expect(actions(...running, key("quit"), changed(5, app))).toEqual([]);
  expect(actions(...running, key("quit"), key("quit"))).toEqual([]);
});

describe("a change of a buildpack's files in cnb dev", () => {
  test("runs the buildpack's tests during the build", () => {
    expect(actions(...running, changed(5, buildpack))).toEqual([
      { do: "build", request: { ...request, sinceMs: 5, showsLog: true } },
      { do: "run-tests", changes: [buildpack] },
    ]);
  });

  test("runs the tests without a build if only a test has changed", () => {
    expect(actions(...running, changed(5, buildpackTest))).toEqual([{ do: "run-tests", changes: [buildpackTest] }]);
  });

  test("runs no tests if the user has disabled tests", () => {
    expect(step(state(...running), changed(5, buildpack), { runsTests: false }).actions).toMatchObject([
      { do: "build" },
    ]);
  });

  test("stops running tests and runs them again for both changes", () => {
    const events = [...running, changed(5, buildpackTest), changed(6, buildpackTest)];
    expect(actions(...events)).toEqual([{ do: "stop-tests" }]);
    expect(actions(...events, changed(7, buildpackTest))).toEqual([]);
    expect(actions(...events, { type: "tests-ended", passed: undefined })).toEqual([
      { do: "run-tests", changes: [buildpackTest] },
    ]);
  });

  test("keeps the last test result until the tests finish again", () => {
    const failed = [...running, changed(5, buildpackTest), { type: "tests-ended", passed: false } as const];
    expect(state(...failed).lastTests).toBe("failed");
    expect(state(...failed, changed(6, buildpackTest), { type: "tests-ended", passed: undefined }).lastTests).toBe(
      "failed",
    );
    expect(state(...failed, changed(6, buildpackTest), { type: "tests-ended", passed: true }).lastTests).toBe("passed");
  });
});

test("cnb dev reads the list of buildpacks again after a change of project.toml", () => {
  const project = { ...app, paths: ["project.toml"] };
  expect(actions(...running, changed(5, project))).toMatchObject([{ do: "relocate" }, { do: "build" }]);
});
