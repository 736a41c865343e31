import type { Key } from "./loop/loop.ts";
import type { DevScreen } from "./screen.ts";
import type { AppSettings } from "./work/app-runner.ts";
import type { DevBuildOptions } from "./work/dev-build.ts";

/** The options of {@link dev}. */
export interface DevOptions {
  readonly build: DevBuildOptions;
  readonly app: AppSettings;
  readonly screen: DevScreen;
  /** Calls its argument for each key that the user presses. */
  readonly onKey: (press: (key: Key) => void) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** True to run the tests of buildpacks that change. */
  readonly runsTests: boolean;
  /** More directories whose changes cause a build. */
  readonly watched: readonly string[];
  /** True to look for changes every second, for file systems that do not report them. */
  readonly polls: boolean;
}
