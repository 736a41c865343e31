import { type App, type BuildContext, defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";

/** Runs `act` inside a build of an app with the given files, and returns the result of `act`. */
export async function inBuild<Value>(
  app: FileMap,
  act: (context: Pick<BuildContext<unknown>, "app" | "run">) => Promise<Value>,
): Promise<Value> {
  const values: Value[] = [];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      values.push(await act(context));
      return {};
    },
  });
  await build(buildpack, { app });
  return values[0] as Value;
}

/** Runs `read` with an app that consists of the given files, and returns the result of `read`. */
export const inApp = <Value>(files: FileMap, read: (app: App) => Promise<Value>): Promise<Value> =>
  inBuild(files, ({ app }) => read(app));
