import { planImage } from "../../run/plan-image.ts";
import type { PublishedPort } from "../../run/publish.ts";
import type { RunningImage } from "../../run/running-image.ts";
import { type StartSettings, startImage } from "../../run/start-image.ts";
import type { ExitStatus } from "../../sandbox/processes/exit-status.ts";
import { lineSplitter } from "../../text/line-splitter.ts";
import type { DevScreen } from "../screen.ts";
import { appAnswers } from "./app-answers.ts";
import type { DevImage } from "./dev-build.ts";

/** The settings of the app that stay the same for all its starts. */
export interface AppSettings extends Omit<StartSettings, "stdio" | "onOutput" | "onStarting" | "publish"> {
  readonly publish: readonly PublishedPort[];
  /** The path of the root of cnb's cache. */
  readonly cacheDir: string;
}

/** The callbacks for the events of an app. */
export interface AppEvents {
  /** The app accepts connections on its first port, or has been started and has no ports. */
  readonly onReady: (image: DevImage) => void;
  /** Nothing listens on the app's first port for a long time. */
  readonly onSilence: (port: PublishedPort) => void;
  /** The app ended by itself. */
  readonly onEnded: (status: ExitStatus) => void;
  /** The app could not be started. `isRunning` is true if the app of the image before still runs. */
  readonly onFailed: (error: unknown, isRunning: boolean) => void;
}

/** Runs an app. When there is a new image, stops the app and starts it from the new image. */
export interface AppRunner {
  /** Ends the running app and starts that of an image. */
  start(image: DevImage): Promise<void>;
  /** Ends the app, and starts no more. */
  stop(): Promise<void>;
  /** The published ports. A port requested as 0 has the chosen number after the first start. */
  ports(): readonly PublishedPort[];
}

/**
 * The time in milliseconds between SIGTERM and SIGKILL. It is shorter than that of a platform,
 * because the developer waits.
 */
const graceMs = 3000;
/** The time after which the user is informed that nothing listens on the app's port. */
const silentMs = 30_000;

interface CurrentApp {
  readonly app: RunningImage;
  /** Ends waiting for the app to answer. */
  readonly waiting: AbortController;
  isEnding: boolean;
}

/**
 * Creates an {@link AppRunner}. A new image is unpacked and checked while the app from the previous
 * image still runs. If the new image cannot start, the running app is thus not ended.
 */
export function appRunner(settings: AppSettings, screen: DevScreen, events: AppEvents): AppRunner {
  const stopping = new AbortController();
  let publish = settings.publish;
  let current: CurrentApp | undefined;
  let latest = 0;
  let turn: Promise<void> = Promise.resolve();

  async function replace(image: DevImage, id: number): Promise<void> {
    if (id !== latest || stopping.signal.aborted) return;
    const lines = lineSplitter((line) => screen.program("app", line));
    const options = {
      ...settings,
      publish,
      name: image.name,
      // what is unpacked is of no interest here
      reporter: { ...screen.reporter, info: screen.reporter.debug },
      signal: stopping.signal,
      stdio: "merged" as const,
      onOutput: lines.add,
    };
    await planImage(image.image, options);
    await end();
    const app = await startImage(image.image, options);
    const started: CurrentApp = { app, waiting: new AbortController(), isEnding: false };
    current = started;
    publish = publish.map((port, index) => ({ ...port, hostPort: app.ports[index]?.hostPort ?? port.hostPort }));
    void app.ended.then(
      (status) => ended(started, () => events.onEnded(status), lines.end),
      (error: unknown) => ended(started, () => events.onFailed(error, false), lines.end),
    );
    void awaitAnswer(image, started);
  }

  function ended(app: CurrentApp, report: () => void, endLines: () => void): void {
    app.waiting.abort();
    endLines();
    if (current === app) current = undefined;
    if (!app.isEnding) report();
  }

  async function awaitAnswer(image: DevImage, { waiting }: CurrentApp): Promise<void> {
    const [port] = publish;
    if (port === undefined) return events.onReady(image);
    const timer = setTimeout(() => events.onSilence(port), silentMs);
    waiting.signal.addEventListener("abort", () => clearTimeout(timer));
    const { address, hostPort, containerPort } = port;
    const expected = { host: reachable(address), port: hostPort, isForwarded: hostPort !== containerPort };
    const answers = await appAnswers(expected, waiting.signal);
    clearTimeout(timer);
    if (answers) events.onReady(image);
  }

  async function end(): Promise<void> {
    const ending = current;
    if (ending === undefined) return;
    ending.isEnding = true;
    ending.waiting.abort();
    const { signal } = await ending.app.stop(graceMs);
    if (signal === "SIGKILL") screen.reporter.warn(`the app ignored SIGTERM for ${graceMs / 1000} s and was killed`);
    if (current === ending) current = undefined;
  }

  return {
    start(image) {
      latest += 1;
      const id = latest;
      turn = turn
        .then(() => replace(image, id))
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) events.onFailed(error, current !== undefined);
        });
      return turn;
    },
    ports: () => publish,
    async stop() {
      stopping.abort(new Error("cnb dev was stopped"));
      await turn;
      await end();
    },
  };
}

/**
 * Returns the host name at which a published port can be reached. An app may listen only on IPv4 or
 * only on IPv6.
 */
export const reachable = (address: string): string =>
  ["127.0.0.1", "0.0.0.0", "::1", "::"].includes(address) ? "localhost" : address;
