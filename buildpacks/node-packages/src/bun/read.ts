import { inDir } from "@libcnb/app-kit/folders";
import type { PackageJson } from "@libcnb/node-app";
import type { App, Env } from "libcnb";
import { hasInstallHooks } from "../keep/install-key.ts";
import type { Project, ProjectSource } from "../package-manager.ts";
import { publicText } from "../registry/public-text.ts";
import { readManifests } from "../yarn/workspaces.ts";
import { parseLockfile } from "./lockfile.ts";

/**
 * Reads the files of an app that Bun uses.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readProject(source: ProjectSource): Promise<Project> {
  const { app, dirs, env, lockfile } = source;
  const manifests = await readManifests(app, dirs.root);
  const settings = await readSettings(app, dirs.root);
  const publicSettings = settings.map(([path, text]) => [path, publicText(nameOf(path), text)] as const);
  return {
    ...source,
    manifests,
    inputs: {
      lockfile: await lockfileText(app, dirs.root, lockfile),
      settings: JSON.stringify([
        settings.map(([path, text]) => publicText(nameOf(path), text) ?? text),
        settingsIn(env),
      ]),
      patches: await app.digest(...patchesIn(manifests, dirs.root)),
    },
    mustInstall: hasInstallHooks(manifests) ? "install-scripts" : undefined,
    withoutCredentials: Object.fromEntries(
      publicSettings.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])),
    ),
  };
}

/** The text of a lockfile; of the binary one of Bun 1.1 and older, which only Bun reads, a digest. */
async function lockfileText(app: App, root: string, name: string | undefined): Promise<string> {
  if (name === undefined) return "";
  const path = inDir(root, name);
  if (name === "bun.lockb") return app.digest(path);
  const text = await app.readText(path);
  parseLockfile(text, path);
  return text;
}

async function readSettings(app: App, root: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const paths = ["bunfig.toml", ".npmrc"].map((name) => inDir(root, name));
  const read = paths.map(async (path) => ((await app.exists(path)) ? [[path, await app.readText(path)] as const] : []));
  return (await Promise.all(read)).flat();
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** `patchedDependencies` names files by packages. */
function patchesIn(manifests: Readonly<Record<string, PackageJson>>, root: string): readonly string[] {
  const { patchedDependencies } = manifests[""]?.table ?? {};
  const files = Object.values(patchedDependencies ?? {}).filter((file) => typeof file === "string");
  // no path at all would mean the whole app
  return [inDir(root, "patches"), ...files.map((file) => inDir(root, file))];
}

/** Variables that decide what is installed; not where it comes from. */
const settingsIn = (env: Env) =>
  Object.entries(env)
    .filter(([name]) => /^BUN_(CONFIG|INSTALL)_/.test(name) && !/REGISTRY|TOKEN|CACHE/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
