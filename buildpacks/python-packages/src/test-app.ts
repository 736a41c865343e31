import { type App, type BuildContext, defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";

/** What `act` gives in the build of an app that consists of the files. */
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

/** What `read` makes of an app that consists of the files. */
export const inApp = <Value>(files: FileMap, read: (app: App) => Promise<Value>): Promise<Value> =>
  inBuild(files, ({ app }) => read(app));
