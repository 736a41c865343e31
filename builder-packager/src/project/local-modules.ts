import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readPackageToml } from "../buildpackage/package-toml.ts";
import { exists } from "../files/exists.ts";
import type { BuildImageOptions } from "../platform/build-options.ts";
import { declaredBuildpacks, type Locator } from "./declared-buildpacks.ts";
import { readDescriptor } from "./read-descriptor.ts";

/** The options of a build that name buildpacks and extensions. */
export type ModuleOptions = Pick<
  BuildImageOptions,
  "app" | "descriptor" | "buildpacks" | "preBuildpacks" | "postBuildpacks" | "extensions" | "execEnv"
>;

/** A directory of this machine that contains a buildpack or an extension of a build. */
export interface LocalModule {
  /** The absolute path. */
  readonly dir: string;
  /** True if the app's project.toml names the buildpack, and not the user. */
  readonly isOfApp: boolean;
}

/**
 * Lists the directories from which a build reads buildpacks and extensions: the directories in
 * options and in project.toml, and the directories of composite buildpacks' members.
 *
 * @throws CnbError PROJECT_INVALID
 * @example
 * `await localModules({ app: ".", buildpacks: ["../my-buildpack"] }) // [{ dir: "/home/me/my-buildpack", isOfApp: false }]`
 */
export async function localModules(options: ModuleOptions): Promise<readonly LocalModule[]> {
  const descriptor = await readDescriptor(options.app, options.descriptor);
  const { group, pre, post, extensions } = declaredBuildpacks(options, descriptor, options.execEnv ?? "production");
  const locators = [...group, ...pre, ...post, ...extensions].filter((each) => each.kind === "locator");
  const found = new Map<string, LocalModule>();
  for (const locator of locators) await add(pathOf(locator), !locator.where.startsWith("--"));
  return [...found.values()];

  async function add(dir: string, isOfApp: boolean): Promise<void> {
    if (found.has(dir) || !(await isModule(dir))) return;
    found.set(dir, { dir, isOfApp });
    for (const uri of await membersOf(dir)) await add(pathOf({ text: uri, dir }), isOfApp);
  }
}

const pathOf = ({ text, dir }: Pick<Locator, "text" | "dir">): string =>
  text.startsWith("file://") ? fileURLToPath(text) : resolve(dir, text);

async function isModule(dir: string): Promise<boolean> {
  const isDirectory = await stat(dir).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isDirectory && ((await exists(join(dir, "buildpack.toml"))) || (await exists(join(dir, "extension.toml"))));
}

/** The members of a composite buildpack; none if its package.toml is not valid, which the build reports. */
const membersOf = (dir: string): Promise<readonly string[]> =>
  readPackageToml(join(dir, "package.toml")).then(
    ({ dependencies }) => dependencies,
    () => [],
  );
