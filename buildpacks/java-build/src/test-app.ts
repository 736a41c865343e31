import { type App, type BuildContext, defineBuildpack, pass } from "libcnb";
import { type BuildFixture, build, type FileMap } from "libcnb/testing";

/** Runs `act` inside a build of an app with the given files, and returns the result of `act`. */
export async function inBuild<Value>(
  given: BuildFixture,
  act: (context: BuildContext<unknown>) => Promise<Value>,
): Promise<Value> {
  const values: Value[] = [];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      values.push(await act(context));
      return {};
    },
  });
  await build(buildpack, given);
  return values[0] as Value;
}

/** Runs `read` with an app that consists of the given files, and returns the result of `read`. */
export const inApp = <Value>(app: FileMap, read: (app: App) => Promise<Value>): Promise<Value> =>
  inBuild({ app }, ({ app }) => read(app));

/** Returns the log lines that report whether the app is built, and why. */
export const buildLines = (log: readonly string[]): readonly string[] =>
  log.filter((line) => /^(?:Building with|Reusing the result) /.test(line));
