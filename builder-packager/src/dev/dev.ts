import { resolve } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import { checkApp } from "../platform/check-options.ts";
import { listenOn, type PublishedPort } from "../run/publish.ts";
import type { Key, LoopEvent } from "./loop/loop.ts";
import { changeText } from "./loop/messages.ts";
import type { DevOptions } from "./options.ts";
import { openSession } from "./session.ts";
import { type SourceWatchers, sourceWatchers } from "./work/source-watchers.ts";
import { devSources } from "./work/sources.ts";

/**
 * Builds an app and starts it. After each change of the app or of a buildpack, builds the image
 * again and restarts the app. Ends when the user presses `q`, or when `signal` is aborted. Before
 * the function returns, it ends all processes and removes all temporary files.
 *
 * @throws CnbError APP_NOT_FOUND, PORT_UNAVAILABLE, PROJECT_INVALID; the reason of `signal`
 * @example
 * `await dev({ build, app, screen, onKey, signal, runsTests: true, watched: [], polls: false })`
 */
export async function dev(options: DevOptions): Promise<void> {
  const { build, app, screen, signal, watched } = options;
  await checkApp(build.app);
  const sourcesOf = () => devSources({ ...build, watched });
  const sources = await sourcesOf();
  await checkPorts(app.publish);
  const watchers = watchersOf(options, (event) => session.dispatch(event));
  const session = await openSession(options, async () => watchers.watch(await sourcesOf()));
  const press = (key: Key) => session.dispatch({ type: "key", key, sinceMs: performance.now() });
  const quit = () => press("quit");
  signal.addEventListener("abort", quit);
  try {
    await watchers.watch(sources);
    options.onKey(press);
    screen.reporter.step(`Watching ${sources.map(({ dir }) => dir).join(", ")}`);
    session.dispatch({ type: "started", sinceMs: performance.now() });
    if (signal.aborted) quit();
    await session.quit;
  } finally {
    signal.removeEventListener("abort", quit);
    await Promise.all([session.close(), watchers.close()]);
  }
  signal.throwIfAborted();
}

/** Fails early if a port is taken, because a first build may take minutes. */
async function checkPorts(ports: readonly PublishedPort[]): Promise<void> {
  for (const { listener } of await listenOn(ports)) listener.close();
}

function watchersOf({ build, screen, polls }: DevOptions, dispatch: (event: LoopEvent) => void): SourceWatchers {
  return sourceWatchers({
    polls,
    except: [cacheDir(build.env), ...[build.builder, ...(build.tags ?? [])].flatMap(pathsOf)],
    onChange(change, sinceMs) {
      screen.reporter.step(changeText(change));
      dispatch({ type: "changed", changes: [change], sinceMs });
    },
    onPolling: ({ dir }, { code }) =>
      screen.reporter.warn(
        `${dir} cannot be watched (${code}), so it is read every second. For immediate reactions, increase fs.inotify.max_user_watches with sysctl.`,
      ),
  });
}

/** The paths to which an image reference refers. */
function pathsOf(reference: ImageReference | undefined): readonly string[] {
  if (reference === undefined) return [];
  if ("dir" in reference) return [resolve(reference.dir)];
  return "file" in reference ? [resolve(reference.file)] : [];
}
