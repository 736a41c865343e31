import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { ManagerChoice } from "./manager.ts";
import { chooseManager } from "./manager-choice.ts";
import { lockfileVersions } from "./manager-lockfiles.ts";
import type { RequestSources } from "./manager-requests.ts";
import { readPackageJson } from "./package-json.ts";
import type { ProjectDirs } from "./project-dirs.ts";

/**
 * Determines which package manager installs a project, and the reason. `override` is the value of
 * BP_NODE_PACKAGE_MANAGER.
 *
 * @throws UserError NODE_PACKAGE_MANAGER_INVALID, NODE_LOCKFILES_CONFLICT, NODE_LOCKFILE_OF_ANOTHER, PACKAGE_JSON_INVALID
 */
export async function readManagerChoice(
  app: App,
  { root }: ProjectDirs,
  override: string | undefined,
): Promise<ManagerChoice> {
  const files = await app.list(root === "" ? "." : root);
  const { vendored, missing } = await vendoredYarn(app, root, files);
  const choice = chooseManager({ override, vendored, packageJson: await readPackageJson(app, root), files });
  const warnings = choice.name === "yarn" && missing !== undefined ? [...choice.warnings, missing] : choice.warnings;
  const { lockfile } = choice;
  // many megabytes, which only say something where a version may still be chosen
  if (lockfile === undefined || isExact(choice.version) || !textLockfiles.has(lockfile)) return { ...choice, warnings };
  const written = lockfileVersions(lockfile, await app.readText(inDir(root, lockfile)));
  return { ...choice, lockfileVersions: written ?? choice.lockfileVersions, warnings };
}

const textLockfiles: ReadonlySet<string> = new Set(["pnpm-lock.yaml", "yarn.lock"]);

const isExact = (version: string | undefined): boolean => /^\d+\.\d+\.\d+(-|$)/.test(version ?? "");

/** Settings that name a Yarn in the app, for Yarn 2 and newer and for Yarn 1. */
const yarnSettings: readonly (readonly [file: string, key: string, setting: RegExp])[] = [
  [".yarnrc.yml", "yarnPath", /^yarnPath:\s*["']?([^"'\s#]+)/m],
  [".yarnrc", "yarn-path", /^yarn-path\s+["']?([^"'\s#]+)/m],
];

async function vendoredYarn(
  app: App,
  root: string,
  files: readonly string[],
): Promise<{ readonly vendored: RequestSources["vendored"]; readonly missing?: string }> {
  for (const [file, key, setting] of yarnSettings) {
    if (!files.includes(file)) continue;
    const [, path] = setting.exec(await app.readText(inDir(root, file))) ?? [];
    if (path === undefined) continue;
    const program = inDir(root, path.replace(/^\.\//, ""));
    if (await app.exists(program)) return { vendored: { path: program, source: `${key} in ${file}` } };
    return { vendored: undefined, missing: missingYarn(file, key, path) };
  }
  return { vendored: undefined };
}

const missingYarn = (file: string, key: string, path: string): string =>
  `${key} in ${file} names ${path}, which does not exist: the buildpack downloads Yarn instead. Commit ${path} (see .gitignore), or remove ${key}.`;
