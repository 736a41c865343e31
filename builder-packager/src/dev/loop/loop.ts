import { mergedChanges, type SourceChange, workFor } from "./concerns.ts";

/** A build that the event loop of `cnb dev` requests from the session. */
export interface BuildRequest {
  /** The time of the change or key, on the clock of `performance.now()`. */
  readonly sinceMs: number;
  /** True to build without cached layers. */
  readonly clearsCache: boolean;
  /** True to start the app again even if the image stays the same. */
  readonly restarts: boolean;
  /** True to print the log of the build while it runs; otherwise it is only printed on failure. */
  readonly showsLog: boolean;
}

/** The keys that the user of `cnb dev` can press. */
export type Key = "rebuild" | "clear-cache" | "inspect" | "quit";

/** An event that the loop of `cnb dev` reacts to. */
export type LoopEvent =
  | { readonly type: "started"; readonly sinceMs: number }
  | { readonly type: "changed"; readonly changes: readonly SourceChange[]; readonly sinceMs: number }
  | { readonly type: "key"; readonly key: Key; readonly sinceMs: number }
  | { readonly type: "built"; readonly digest: string }
  | { readonly type: "build-failed" }
  | { readonly type: "build-stopped" }
  | { readonly type: "tests-ended"; readonly passed: boolean | undefined }
  | { readonly type: "app-ready" }
  | { readonly type: "app-ended" };

/** An action that the loop of `cnb dev` requests from the session. */
export type LoopAction =
  | { readonly do: "build"; readonly request: BuildRequest }
  | { readonly do: "stop-build" }
  | { readonly do: "start-app"; readonly sinceMs: number }
  | { readonly do: "keep-app" }
  | { readonly do: "run-tests"; readonly changes: readonly SourceChange[] }
  | { readonly do: "stop-tests" }
  | { readonly do: "relocate" }
  | { readonly do: "open-page" }
  | { readonly do: "quit" };

/** The state of the loop of `cnb dev`. */
export interface LoopState {
  /** The build that runs. */
  readonly building?: BuildRequest | undefined;
  /** The build that follows the running one. */
  readonly queued?: BuildRequest | undefined;
  /** The result of the last build that ended. */
  readonly lastBuild?: "built" | "failed" | undefined;
  /** The digest of the image from which the app was started last. */
  readonly image?: string | undefined;
  readonly app: "none" | "starting" | "ready" | "ended";
  /** The changes whose tests run. */
  readonly testing?: readonly SourceChange[] | undefined;
  /** Changes that arrived while tests ran: the tests start again with them. */
  readonly retesting?: readonly SourceChange[] | undefined;
  readonly lastTests?: "passed" | "failed" | undefined;
  readonly isQuitting: boolean;
}

/**
 * The result of an event in `cnb dev`: the next state of the loop, and the actions that the session
 * must perform.
 */
export interface Step {
  readonly state: LoopState;
  readonly actions: readonly LoopAction[];
}

/** The settings that affect the decisions of the loop of `cnb dev`. */
export interface LoopSettings {
  /** True to run the tests of buildpacks. */
  readonly runsTests: boolean;
}

/** The state of the loop of `cnb dev` before the first event. */
export const initialState: LoopState = { app: "none", isQuitting: false };

/**
 * Returns the next state and the actions after an event. There is at most one build at a time. A
 * change during a build is queued, so that a long first build that installs packages is not
 * stopped, and a user who saves often still sees the app of a recent change. The keys for
 * rebuilding stop a running build, which helps if the build hangs.
 */
export function step(state: LoopState, event: LoopEvent, settings: LoopSettings): Step {
  if (state.isQuitting) return { state, actions: [] };
  switch (event.type) {
    case "started":
      return requested(state, { sinceMs: event.sinceMs, clearsCache: false, restarts: false, showsLog: true });
    case "changed":
      return changed(state, event, settings);
    case "key":
      return pressed(state, event);
    case "built":
      return built(state, event.digest);
    case "build-failed":
      return next({ ...state, building: undefined, lastBuild: "failed" });
    case "build-stopped":
      return next({ ...state, building: undefined });
    case "tests-ended":
      return testsEnded(state, event.passed);
    case "app-ready":
      return { state: { ...state, app: "ready" }, actions: [] };
    case "app-ended":
      return { state: { ...state, app: "ended" }, actions: [] };
  }
}

function changed(
  state: LoopState,
  { changes, sinceMs }: Extract<LoopEvent, { type: "changed" }>,
  { runsTests }: LoopSettings,
): Step {
  const { builds, relocates, showsLog, tested } = workFor(changes);
  const tests = runsTests && tested.length > 0 ? testsRequested(state, tested) : { state, actions: [] };
  const request = { sinceMs, clearsCache: false, restarts: false, showsLog };
  const build = builds ? requested(tests.state, request) : { state: tests.state, actions: [] };
  return {
    state: build.state,
    actions: [...(relocates ? [{ do: "relocate" } as const] : []), ...build.actions, ...tests.actions],
  };
}

function testsRequested(state: LoopState, changes: readonly SourceChange[]): Step {
  if (state.testing === undefined)
    return { state: { ...state, testing: changes }, actions: [{ do: "run-tests", changes }] };
  const retesting = mergedChanges(state.retesting ?? state.testing, changes);
  return { state: { ...state, retesting }, actions: state.retesting ? [] : [{ do: "stop-tests" }] };
}

function testsEnded({ testing, retesting, ...state }: LoopState, passed: boolean | undefined): Step {
  if (retesting !== undefined)
    return { state: { ...state, testing: retesting }, actions: [{ do: "run-tests", changes: retesting }] };
  if (passed === undefined) return { state, actions: [] };
  return { state: { ...state, lastTests: passed ? "passed" : "failed" }, actions: [] };
}

function pressed(state: LoopState, { key, sinceMs }: Extract<LoopEvent, { type: "key" }>): Step {
  switch (key) {
    case "quit":
      return { state: { ...state, isQuitting: true }, actions: [{ do: "quit" }] };
    case "inspect":
      return { state, actions: [{ do: "open-page" }] };
    default: {
      const request = { sinceMs, clearsCache: key === "clear-cache", restarts: true, showsLog: true };
      const { state: after, actions } = requested(state, request);
      const stops = state.building !== undefined && !state.queued?.restarts;
      return { state: after, actions: [...actions, ...(stops ? [{ do: "stop-build" } as const] : [])] };
    }
  }
}

/** Starts a build, or queues it behind the running one. */
function requested(state: LoopState, request: BuildRequest): Step {
  if (state.building === undefined)
    return { state: { ...state, building: request }, actions: [{ do: "build", request }] };
  return { state: { ...state, queued: state.queued ? mergedRequest(state.queued, request) : request }, actions: [] };
}

const mergedRequest = (one: BuildRequest, other: BuildRequest): BuildRequest => ({
  sinceMs: Math.min(one.sinceMs, other.sinceMs),
  clearsCache: one.clearsCache || other.clearsCache,
  restarts: one.restarts || other.restarts,
  showsLog: one.showsLog || other.showsLog,
});

function built(state: LoopState, digest: string): Step {
  const { building, app, image } = state;
  const isRunning = app === "starting" || app === "ready";
  const ended = { ...state, building: undefined, lastBuild: "built" } as const;
  if (building === undefined) return next(ended);
  if (isRunning && digest === image && !building.restarts) return next(ended, [{ do: "keep-app" }]);
  const started = { ...ended, image: digest, app: "starting" } as const;
  return next(started, [{ do: "start-app", sinceMs: building.sinceMs }]);
}

/** Continues with the queued build. */
function next({ queued, ...state }: LoopState, actions: readonly LoopAction[] = []): Step {
  if (queued === undefined) return { state, actions };
  return { state: { ...state, building: queued }, actions: [...actions, { do: "build", request: queued }] };
}
