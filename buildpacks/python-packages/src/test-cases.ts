import { resolve } from "node:path";
import { type BuildOutcome, build, type FileMap } from "libcnb/testing";
import { expect } from "vitest";
import buildpack from "./buildpack.ts";
import { pythonEnv } from "./test-python.ts";

const dir = resolve(import.meta.dirname, "..");

/**
 * Creates a function that builds apps. Each build reuses the tool that an earlier build installed.
 */
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

/**
 * Returns the installed packages according to their metadata, and the files that the build added to
 * the app.
 */
export const outcomeOf = ({ app, layers }: BuildOutcome, before: FileMap) => ({
  packages: Object.keys(layers)
    .flatMap((path) => /^venv\/.*\/([^/]+)\.dist-info\/METADATA$/.exec(path)?.[1] ?? [])
    .toSorted(),
  added: Object.keys(app).filter((path) => !Object.hasOwn(before, path)),
});

/** A test app that needs itsdangerous 2.2.0, and iniconfig 2.1.0 in a group `dev`. */
export interface LockedApp {
  /** The tool's display name. */
  readonly title: string;
  readonly app: FileMap;
  readonly lockfile: string;
  readonly manifest: string;
  /** The manifest without a lockfile, which allows any matching release. */
  readonly open: string;
  /** A manifest that does not match the lockfile. */
  readonly stale: string;
  /** The command that writes the lockfile. */
  readonly lock: string;
}

/**
 * Expects that requested groups are installed, that the log explains the consequences of a missing
 * lockfile, and that an outdated lockfile is refused.
 */
export async function expectLocking(
  variables: Readonly<Record<string, string>>,
  { title, app, lockfile, manifest, open, stale, lock }: LockedApp,
): Promise<void> {
  const build = await builder(variables);
  const withDev = await build(app, { BP_PYTHON_GROUPS: "dev" });
  expect(outcomeOf(withDev, app)).toEqual({ packages: ["iniconfig-2.1.0", "itsdangerous-2.2.0"], added: [] });
  const unlocked = await build({ [manifest]: open });
  expect(outcomeOf(unlocked, { [manifest]: open })).toEqual({ packages: ["itsdangerous-2.2.0"], added: [] });
  expect(unlocked.log).toContain(
    `There is no ${lockfile}: ${title} installs the newest versions that the app accepts, and another build may install different ones. Run "${lock}" and commit ${lockfile}.`,
  );
  await expect(build({ ...app, [manifest]: stale })).rejects.toThrow(
    expect.objectContaining({
      code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
      message: `${lockfile} does not fit ${manifest}`,
    }),
  );
}
