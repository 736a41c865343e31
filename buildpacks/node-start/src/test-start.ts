import { resolve } from "node:path";
import { build, type FileMap } from "libcnb/testing";
import nodeStart from "./buildpack.ts";

export const buildpack = resolve(import.meta.dirname, "..");

/** The environment variables of a build. */
export type Env = Readonly<Record<string, string>>;

export const packageJson = (fields: object): FileMap => ({ "package.json": JSON.stringify(fields) });
export const start = (script: string, more: object = {}) => packageJson({ scripts: { start: script, ...more } });

/**
 * Builds an app for a test. Adds to the outcome: the log lines without the configuration table, the
 * processes with their commands, and the paths of the files in the app.
 */
export async function built(app: FileMap, env: Env = {}) {
  const outcome = await build(nodeStart, { buildpack, app, env });
  const lines = outcome.log.filter((line) => !/^Configuration$|^BP_\w+ {2}/.test(line));
  const { processes } = outcome.parsed.launch;
  const words = Object.entries(processes).map(([type, { command }]) => [type, command.join(" ")]);
  const left = Object.keys(outcome.app).toSorted();
  return { ...outcome, lines, processes, left, commands: Object.fromEntries(words) };
}

export const process = (words: readonly string[], isDefault: boolean, workingDir?: string) => ({
  command: words,
  args: [],
  default: isDefault,
  workingDir,
  execEnv: [],
});

export const signals = "with-signals";
export const server = "node <layers>/static-server/main.mjs";

/** Creates the files of an installed package with a program, in npm's layout. */
export const installed = (
  name: string,
  bin: string | Readonly<Record<string, string>>,
  text = "#!/usr/bin/env node\n",
): FileMap => {
  const paths = typeof bin === "string" ? [bin] : Object.values(bin);
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, bin }),
    ...Object.fromEntries(paths.map((path) => [`node_modules/${name}/${path}`, text])),
  };
};
