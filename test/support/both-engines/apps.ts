import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { type App, appFolder } from "../apps/app.ts";
import { execute, pinnedNode } from "../cnb.ts";

/** An app that an end-to-end test builds with the reference buildpacks. */
export interface BuiltApp {
  /** The test file, relative to test/e2e, or the path of the fixture. */
  readonly from: string;
  /** The app's directory. */
  readonly dir: string;
  /** The build's environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** An app of a test. Its directory has the files that the test writes. */
export interface RecordedApp extends BuiltApp {
  readonly app: App;
}

/** Every app that the end-to-end tests of the reference buildpacks build, and every fixture, with the files that its test writes. */
export async function writtenApps(dir: string): Promise<readonly BuiltApp[]> {
  const apps = await recordedApps(dir);
  const isWritten = ({ app: { folder, files } }: RecordedApp) => folder !== undefined || files !== undefined;
  const byFiles = new Map(
    apps.filter(isWritten).map((each) => [JSON.stringify([each.app.folder, each.app.files, each.env]), each]),
  );
  return [...byFiles.values()];
}

/** Like {@link writtenApps}, with the parts that generators and package managers make: they run, unless the cache has the app. */
export async function wholeApps(dir: string): Promise<readonly BuiltApp[]> {
  const whole: BuiltApp[] = [];
  for (const { app, ...written } of await recordedApps(dir)) {
    const { folder: _, files: __, ...made } = app;
    whole.push(Object.keys(made).length === 0 ? written : { ...written, dir: await appFolder(app) });
  }
  return whole;
}

/** Runs the tests themselves, without building anything: see recording/main.ts. */
async function recordedApps(dir: string): Promise<readonly RecordedApp[]> {
  await mkdir(dir, { recursive: true });
  const main = join(import.meta.dirname, "recording/main.ts");
  const { exitCode, stderr } = await execute(pinnedNode, ["--conditions=@libcnb/source", "--no-warnings", main, dir], {
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  if (exitCode !== 0) throw new Error(`collecting the apps failed:\n${stderr}`);
  return deserialize(await readFile(join(dir, "apps")));
}
