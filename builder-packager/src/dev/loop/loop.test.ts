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

describe("the loop", () => {
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

  test("does nothing when an app ends, so an app that ends at once is not restarted in a loop", () => {
    expect(reached(...running, { type: "app-ended" })).toMatchObject({ state: { app: "ended" }, actions: [] });
  });

  test("keeps the app of the image before if a build fails", () => {
    const { state: failed, actions: none } = reached(...running, changed(5, app), { type: "build-failed" });
    expect(none).toEqual([]);
    expect(failed).toMatchObject({ app: "ready", image: "a", lastBuild: "failed" });
  });
});

describe("a change during a build", () => {
  test("is queued", () => {
    const { state: queued, actions: none } = reached(started, changed(5, app));
    expect(none).toEqual([]);
    expect(queued.queued).toEqual({ ...request, sinceMs: 5 });
  });

  test("is built after the running build, whose image is started", () => {
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

  test("is built once together with further changes, and counted from the first one", () => {
    expect(state(started, changed(5, app), changed(7, buildpack)).queued).toEqual({
      ...request,
      sinceMs: 5,
      showsLog: true,
    });
  });
});

describe("the key r", () => {
  test("builds and restarts the app even with the same image", () => {
    expect(actions(...running, key("rebuild"))).toEqual([
      { do: "build", request: { sinceMs: 9, clearsCache: false, restarts: true, showsLog: true } },
    ]);
    expect(actions(...running, key("rebuild"), built("a"))).toEqual([{ do: "start-app", sinceMs: 9 }]);
  });

  test("stops a running build once and builds again", () => {
    expect(actions(started, key("rebuild"))).toEqual([{ do: "stop-build" }]);
    expect(actions(started, key("rebuild"), key("rebuild"))).toEqual([]);
    expect(actions(started, key("rebuild"), { type: "build-stopped" })).toMatchObject([{ do: "build" }]);
  });
});

test("the key c builds without the cache, also after a queued change", () => {
  expect(actions(...running, key("clear-cache"))).toMatchObject([{ do: "build", request: { clearsCache: true } }]);
  expect(state(started, changed(5, app), key("clear-cache")).queued).toMatchObject({ clearsCache: true, sinceMs: 5 });
});

test("the key i opens the inspection page and changes nothing", () => {
  expect(reached(...running, key("inspect"))).toEqual({ state: state(...running), actions: [{ do: "open-page" }] });
});

test("nothing happens after the key q", () => {
  expect(actions(...running, key("quit"))).toEqual([{ do: "quit" }]);
  expect(actions(...running, key("quit"), changed(5, app))).toEqual([]);
  expect(actions(...running, key("quit"), key("quit"))).toEqual([]);
});

describe("a change of a buildpack", () => {
  test("runs its tests while it builds", () => {
    expect(actions(...running, changed(5, buildpack))).toEqual([
      { do: "build", request: { ...request, sinceMs: 5, showsLog: true } },
      { do: "run-tests", changes: [buildpack] },
    ]);
  });

  test("runs only the tests if only a test has changed", () => {
    expect(actions(...running, changed(5, buildpackTest))).toEqual([{ do: "run-tests", changes: [buildpackTest] }]);
  });

  test("runs no tests if the user does not want them", () => {
    expect(step(state(...running), changed(5, buildpack), { runsTests: false }).actions).toMatchObject([
      { do: "build" },
    ]);
  });

  test("stops running tests once, and runs them again with the files of both changes", () => {
    const events = [...running, changed(5, buildpackTest), changed(6, buildpackTest)];
    expect(actions(...events)).toEqual([{ do: "stop-tests" }]);
    expect(actions(...events, changed(7, buildpackTest))).toEqual([]);
    expect(actions(...events, { type: "tests-ended", passed: undefined })).toEqual([
      { do: "run-tests", changes: [buildpackTest] },
    ]);
  });

  test("leaves the result of its tests in the state", () => {
    const failed = [...running, changed(5, buildpackTest), { type: "tests-ended", passed: false } as const];
    expect(state(...failed).lastTests).toBe("failed");
    expect(state(...failed, changed(6, buildpackTest), { type: "tests-ended", passed: undefined }).lastTests).toBe(
      "failed",
    );
    expect(state(...failed, changed(6, buildpackTest), { type: "tests-ended", passed: true }).lastTests).toBe("passed");
  });
});

test("a change of project.toml or package.toml reads the list of buildpacks again", () => {
  const project = { ...app, paths: ["project.toml"] };
  expect(actions(...running, changed(5, project))).toMatchObject([{ do: "relocate" }, { do: "build" }]);
});
