import { type App, defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";

/** What `read` makes of an app that consists of the files. */
export async function inApp<Value>(files: FileMap, read: (app: App) => Promise<Value>): Promise<Value> {
  const values: Value[] = [];
  const reader = defineBuildpack({
    detect: () => pass(),
    async build({ app }) {
      values.push(await read(app));
      return {};
    },
  });
  await build(reader, { app: files });
  return values[0] as Value;
}
