import { join, resolve } from "node:path";

/** A package.json at or above the directory of a buildpack. */
export interface NodeProject {
  /** The absolute path of its directory. */
  readonly dir: string;
  /** The script `test`. */
  readonly script: string | undefined;
}

/** A command that runs tests. */
export interface TestCommand {
  readonly cwd: string;
  /** The tool: `vitest`, which can run only the tests that a change concerns, or npm. */
  readonly tool: "vitest" | "npm";
  readonly args: readonly string[];
}

/** Matches files that vitest can relate to tests by their imports. */
const importable = /\.([cm]?[jt]sx?|json)$/;

/**
 * Chooses the command for the tests that a change requires. For a project that tests with vitest,
 * the command runs the tests that import a changed file. If something other than code changed, such
 * as buildpack.toml, it runs all tests. Tests of another tool only run if the test script is in the
 * buildpack's own package.json, because the script of a whole repository may take long.
 *
 * @param projects the package.json files at and above the buildpack's directory, closest first
 * @returns undefined if the buildpack has no tests
 */
export function testCommand(
  buildpack: string,
  paths: readonly string[],
  projects: readonly NodeProject[],
): TestCommand | undefined {
  const own = projects.find(({ dir, script }) => dir === buildpack && script !== undefined);
  const vitest = projects.find(({ script }) => script !== undefined && /\bvitest\b/.test(script));
  if (own && own.dir !== vitest?.dir) return { cwd: own.dir, tool: "npm", args: ["test"] };
  if (vitest === undefined) return undefined;
  return { cwd: vitest.dir, tool: "vitest", args: vitestArgs(vitest.dir, buildpack, paths) };
}

function vitestArgs(project: string, buildpack: string, paths: readonly string[]): readonly string[] {
  const common = ["--run", "--passWithNoTests"];
  if (paths.every((path) => importable.test(path) && path !== "package.json"))
    return ["related", ...paths.map((path) => resolve(buildpack, path)), ...common];
  return ["run", "--passWithNoTests", ...(project === buildpack ? [] : ["--dir", join(buildpack)])];
}
