import { resolve } from "node:path";
import { type BuildOutcome, build, type FileMap } from "libcnb/testing";
import buildpack from "./buildpack.ts";
import { pythonEnv } from "./test-python.ts";

const dir = resolve(import.meta.dirname, "..");

/** Builds apps one after the other with the tool that the first of them needs. */
export async function builder(variables: Readonly<Record<string, string>>) {
  const env = { ...(await pythonEnv()), ...variables };
  let tool: FileMap = {};
  return async (app: FileMap, settings: Readonly<Record<string, string>> = {}): Promise<BuildOutcome> => {
    const given = { buildpack: dir, app, env: { ...env, ...settings }, layers: tool, downloads: "real" } as const;
    const outcome = await build(buildpack, given);
    tool = Object.fromEntries(Object.entries(outcome.layers).filter(([path]) => !/^(venv|launch|build)\b/.test(path)));
    return outcome;
  };
}

/** Packages in an environment, by their metadata, and the files of the app that were not there before. */
export const outcomeOf = ({ app, layers }: BuildOutcome, before: FileMap) => ({
  packages: Object.keys(layers)
    .flatMap((path) => /^venv\/.*\/([^/]+)\.dist-info\/METADATA$/.exec(path)?.[1] ?? [])
    .toSorted(),
  added: Object.keys(app).filter((path) => !Object.hasOwn(before, path)),
});
