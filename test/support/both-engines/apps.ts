import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
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

/**
 * Writes every app that the end-to-end tests of the reference buildpacks build, and every fixture, into a directory. The
 * tests themselves run, without building anything: see recording/main.ts. With `made`, real generators and package managers
 * make their parts of the apps; without, an app has the files only that its test writes.
 */
export async function builtApps(dir: string, { made = false } = {}): Promise<readonly BuiltApp[]> {
  await mkdir(dir, { recursive: true });
  const main = join(import.meta.dirname, "recording/main.ts");
  const { exitCode, stderr } = await execute(
    pinnedNode,
    ["--conditions=@libcnb/source", "--no-warnings", main, dir, ...(made ? ["made"] : [])],
    { env: { ...process.env, NODE_OPTIONS: "" } },
  );
  if (exitCode !== 0) throw new Error(`collecting the apps failed:\n${stderr}`);
  return JSON.parse(await readFile(join(dir, "apps.json"), "utf8"));
}
