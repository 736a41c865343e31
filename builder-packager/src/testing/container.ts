import process from "node:process";
import { cacheDir } from "../cache-dirs.ts";
import { readImage } from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import { hasLauncher } from "../platform/paths.ts";
import { silentReporter } from "../reporter.ts";
import type { RunningImage } from "../run/running-image.ts";
import { startImage } from "../run/start-image.ts";
import type { CommandOutput, NeighbourCommand } from "../sandbox/neighbour-command.ts";
import type { ExitStatus } from "../sandbox/processes/exit-status.ts";
import type { BuiltImage } from "./build-image.ts";
import { freePort } from "./free-port.ts";
import { OutputLog } from "./output-log.ts";
import { type ReadyWhen, waitUntilReady } from "./ready.ts";

/** The options for starting a {@link container}. */
export interface ContainerOptions {
  /** The process type to start. Default: the image's default process. */
  readonly process?: string;
  /** Environment variables for the app. `PORT` defaults to a free port of this machine. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments that replace the process's default arguments. */
  readonly args?: readonly string[];
  /** The entrypoint that replaces the image's. */
  readonly entrypoint?: string;
  /**
   * True to let the app share the network of this machine, so that the test can connect to it.
   * Default: true.
   */
  readonly network?: boolean;
}

/**
 * An app that runs from an image. Disposing of the container (`await using`) ends the app. The app
 * also ends when the test's process ends.
 */
export interface Container extends AsyncDisposable {
  /** The value of `PORT`, on which a web app should listen. */
  readonly port: number;
  /** Returns the output so far, with standard output and standard error combined. */
  logs(): string;
  /**
   * Waits until the app is ready.
   *
   * @throws CnbError PORT_UNAVAILABLE, APP_ENDED, with its output
   */
  ready(when?: ReadyWhen): Promise<void>;
  /** Sends an HTTP request to the app at `port`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /**
   * Runs a command in the app's sandbox, with the environment that the launcher gives a process,
   * for example `exec(["node", "--version"])`.
   */
  exec(command: readonly [string, ...string[]], options?: NeighbourCommand): Promise<CommandOutput>;
  /** Settles when the app has ended. */
  readonly ended: Promise<ExitStatus>;
  /** Sends SIGTERM to the app, and SIGKILL after `graceMs` (default 10,000). */
  stop(graceMs?: number): Promise<ExitStatus>;
}

// "--": the command itself, not a text for a shell, which run images need not have
const launcher = ["/cnb/lifecycle/launcher", "--"];

/**
 * Starts an image for a test, without Docker, like `cnb run`, with its own port.
 *
 * @throws CnbError the errors of `startImage`
 * @example
 * ```ts
 * await using app = await container("oci:app", { env: { GREETING: "hello" } });
 * await app.ready({ http: "/" });
 * expect(await (await app.fetch("/")).text()).toBe("hello");
 * ```
 */
export async function container(of: BuiltImage | Image | string, options: ContainerOptions = {}): Promise<Container> {
  const { image, name } = await imageOf(of);
  const { env = {}, ...request } = options;
  const port = env.PORT === undefined ? await freePort() : Number(env.PORT);
  const log = new OutputLog();
  const app = await startImage(image, {
    name,
    ...request,
    env: { PORT: String(port), ...env },
    cacheDir: cacheDir(process.env),
    reporter: silentReporter,
    onOutput: (chunk) => log.add(chunk),
  });
  const { Labels } = image.config.config ?? {};
  const isBuilt = Labels?.["io.buildpacks.build.metadata"] !== undefined && hasLauncher(Labels);
  return containerOf({ app, log, port, prefix: isBuilt ? launcher : [] });
}

async function imageOf(of: BuiltImage | Image | string): Promise<{ readonly image: Image; readonly name: string }> {
  if (typeof of === "string") return { image: await readImage(parseImageReference(of)), name: of };
  return "image" in of ? { image: of.image, name: of.reference } : { image: of, name: "the image" };
}

interface StartedImage {
  readonly app: RunningImage;
  readonly log: OutputLog;
  readonly port: number;
  /** The words before a command: the launcher, which sets the environment of a process. */
  readonly prefix: readonly string[];
}

function containerOf({ app, log, port, prefix }: StartedImage): Container {
  let status: ExitStatus | undefined;
  const ended = app.ended.then((end) => {
    status = end;
    return end;
  });
  ended.catch(() => {}); // whoever waits sees it
  const stop = async (graceMs?: number) => status ?? app.stop(graceMs);
  return {
    port,
    ended,
    stop,
    logs: () => log.text,
    ready: (when = { port }) => waitUntilReady({ port, log, hasEnded: () => status }, when),
    fetch: (path, init) => fetch(new URL(path, `http://localhost:${port}`), init),
    exec: ([file, ...args], options) => {
      const [first = file, ...rest] = [...prefix, file, ...args];
      return app.run([first, ...rest], options);
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}
