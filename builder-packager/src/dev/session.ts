import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeTemporaryDirectory } from "../files/temporary-directory.ts";
import type { SourceChange } from "./loop/concerns.ts";
import { type BuildRequest, initialState, type LoopAction, type LoopEvent, step } from "./loop/loop.ts";
import { endText, secondsText } from "./loop/messages.ts";
import { statusText } from "./loop/status-text.ts";
import type { DevOptions } from "./options.ts";
import { appRunner, reachable } from "./work/app-runner.ts";
import { type DevImage, devBuild } from "./work/dev-build.ts";
import { imageChanges } from "./work/image-changes.ts";
import { openInBrowser, writeInspectionPage } from "./work/inspection-page.ts";
import { openOutputSlots } from "./work/output-slots.ts";
import { runTests } from "./work/run-tests.ts";

/**
 * The running parts of `cnb dev`: a build, tests and an app. The session performs the actions that
 * the loop requests.
 */
export interface Session {
  /** Reports an event to the loop, and does what the loop decides. */
  dispatch(event: LoopEvent): void;
  /** Resolves when the user quits. */
  readonly quit: Promise<void>;
  /** Ends build, tests and app, and removes temporary files. */
  close(): Promise<void>;
}

/** Work that can be stopped. */
interface Task {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/**
 * Opens a session of `cnb dev`. `relocate` is called when the buildpacks of the app may have
 * changed.
 *
 * @throws CnbError CACHE_UNWRITABLE, OUTPUT_UNWRITABLE
 */
export async function openSession(options: DevOptions, relocate: () => Promise<void>): Promise<Session> {
  const { screen, build, app } = options;
  const { reporter } = screen;
  const slots = await openOutputSlots(build.env, build.app);
  const quit = Promise.withResolvers<void>();
  const tasks = new Set<Promise<void>>();
  let state = initialState;
  let building: Task | undefined;
  let testing: Task | undefined;
  let image: DevImage | undefined;
  let before: DevImage | undefined;
  let sinceMs = 0;
  let pageDir: string | undefined;

  const runner = appRunner(app, screen, {
    onReady(started) {
      dispatch({ type: "app-ready" });
      const [port] = app.publish;
      reporter.info(`Ready in ${secondsText(performance.now() - sinceMs)}${port ? `: ${address()}` : ""}`);
      run(() => compare(started));
    },
    onSilence: ({ containerPort }) =>
      reporter.warn(
        `nothing listens on port ${containerPort} of the app. Set the port with --publish; the app gets it in PORT.`,
      ),
    onEnded(status) {
      dispatch({ type: "app-ended" });
      reporter.warn(endText(status));
    },
    onFailed(error, isRunning) {
      dispatch({ type: isRunning ? "app-ready" : "app-ended" });
      screen.error(error);
      if (isRunning) reporter.info("The app of the image before keeps running.");
    },
  });

  function address(): string | undefined {
    const [port] = runner.ports();
    return port && `http://${reachable(port.address)}:${port.hostPort}`;
  }

  function dispatch(event: LoopEvent): void {
    const { state: after, actions } = step(state, event, options);
    state = after;
    for (const action of actions) perform(action);
    screen.status(statusText({ state, address: address() }));
  }

  function perform(action: LoopAction): void {
    switch (action.do) {
      case "build":
        building = task((signal) => buildImage(action.request, signal));
        return;
      case "stop-build":
        building?.controller.abort(
          new Error("cnb dev cancelled the build, because a file changed and a new build starts"),
        );
        return;
      case "start-app": {
        const built = image;
        ({ sinceMs } = action);
        if (built) run(() => runner.start(built));
        return;
      }
      case "keep-app":
        reporter.info("The image is the same. The app keeps running.");
        return;
      case "run-tests":
        testing = task((signal) => test(action.changes, signal));
        return;
      case "stop-tests":
        testing?.controller.abort();
        return;
      case "relocate":
        run(relocate);
        return;
      case "open-page":
        run(openPage);
        return;
      case "quit":
        quit.resolve();
    }
  }

  /** Runs work whose failure does not end the session. */
  function run(work: () => Promise<void>): Promise<void> {
    const done = work().catch((error: unknown) => {
      if (!state.isQuitting) screen.error(error);
    });
    tasks.add(done);
    return done.finally(() => tasks.delete(done));
  }

  function task(work: (signal: AbortSignal) => Promise<void>): Task {
    const controller = new AbortController();
    return { controller, done: run(() => work(controller.signal)) };
  }

  async function buildImage(request: BuildRequest, signal: AbortSignal): Promise<void> {
    const beginMs = performance.now();
    if (!request.showsLog) reporter.step("Building");
    try {
      const built = await devBuild(build, slots, request, { reporter, signal });
      [before, image] = [image, built];
      reporter.info(`Built in ${secondsText(performance.now() - beginMs)}: ${built.digest}`);
      dispatch({ type: "built", digest: built.digest });
    } catch (error) {
      if (signal.aborted) return dispatch({ type: "build-stopped" });
      screen.error(error);
      if (state.app === "ready") reporter.info("The app of the image before keeps running.");
      dispatch({ type: "build-failed" });
    }
  }

  async function compare(started: DevImage): Promise<void> {
    if (before === undefined || started !== image || before.digest === started.digest) return;
    const lines = await imageChanges(before, started).catch((error: unknown) => {
      if (state.building === undefined) throw error;
      return []; // the next build has replaced an image
    });
    for (const line of lines) reporter.info(line);
  }

  async function test(changes: readonly SourceChange[], signal: AbortSignal): Promise<void> {
    const passed = await runTests(changes, { env: build.env, screen, signal }).catch((error: unknown) => {
      if (!signal.aborted) screen.error(error);
      return undefined;
    });
    dispatch({ type: "tests-ended", passed });
  }

  async function openPage(): Promise<void> {
    if (image === undefined) return reporter.info("There is no image yet.");
    pageDir ??= makeTemporaryDirectory("cnb-dev-");
    const file = join(pageDir, "image.html");
    await writeInspectionPage(image, file);
    const url = pathToFileURL(file).href;
    openInBrowser(url, build.env);
    reporter.info(`Inspection page: ${url}`);
  }

  return {
    dispatch,
    quit: quit.promise,
    async close() {
      for (const each of [building, testing]) each?.controller.abort(new Error("cnb dev was stopped"));
      await Promise.all([...tasks, runner.stop()]);
      if (pageDir !== undefined) await rm(pageDir, { recursive: true, force: true });
    },
  };
}
