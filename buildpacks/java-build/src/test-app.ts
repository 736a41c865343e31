import { type App, type BuildContext, defineBuildpack, pass } from "libcnb";
import { type BuildGiven, build, type FileMap } from "libcnb/testing";

/** What `act` gives in the build of an app that consists of the files. */
export async function inBuild<Value>(
  given: BuildGiven,
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

/** What `read` makes of an app that consists of the files. */
export const inApp = <Value>(app: FileMap, read: (app: App) => Promise<Value>): Promise<Value> =>
  inBuild({ app }, ({ app }) => read(app));
