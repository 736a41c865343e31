import { isTable } from "@libcnb/app-kit/tables";
import { type Table, UserError } from "libcnb";
import type { ManagerName } from "./manager.ts";
import { isManager, isRange, packageManagerWish, rangeWish, type Wish } from "./manager-wish.ts";
import type { PackageJson } from "./package-json.ts";

/** The sources of requests for a package manager, except lockfiles. */
export interface WishSources {
  /** BP_NODE_PACKAGE_MANAGER. */
  readonly override: string | undefined;
  /** The Yarn in the app that `.yarnrc.yml` or `.yarnrc` names. */
  readonly vendored: { readonly path: string; readonly source: string } | undefined;
  /** The package.json of the project's root. */
  readonly packageJson: PackageJson | undefined;
}

/** All requests except those in `engines`, in order of precedence. */
export function strongWishes({ override, vendored, packageJson }: WishSources): readonly Wish[] {
  const field = packageJson?.packageManager;
  const own = field === undefined ? [] : [packageManagerWish(field, "packageManager in package.json")];
  // of several releases of Yarn that in the app is the one that everybody runs; another tool's name says that it is left over
  const inApp = vendored !== undefined && (own[0]?.name ?? "yarn") === "yarn" ? [vendoredWish(vendored)] : [];
  return [
    ...(override?.trim() ? [rangeWish(override, "BP_NODE_PACKAGE_MANAGER")] : []),
    ...inApp,
    ...own,
    ...devEnginesWishes(packageJson?.devEngines ?? {}),
  ];
}

/**
 * The requests in `engines`. Those for npm come last, because templates contain them regardless of
 * the package manager.
 */
export const enginesWishes = (packageJson: PackageJson | undefined): readonly Wish[] =>
  byStrength.flatMap((name) => {
    const version = packageJson?.engines[name];
    if (version === undefined || !isRange(version)) return [];
    return [{ name, version, source: `engines.${name} in package.json` }];
  });

const byStrength: readonly ManagerName[] = ["pnpm", "yarn", "bun", "npm"];

function vendoredWish({ path, source }: NonNullable<WishSources["vendored"]>): Wish {
  const [, version] = /yarn-(\d+\.\d+\.\d+[^/]*?)\.c?js$/.exec(path) ?? [];
  return { name: "yarn", version, vendored: path, source };
}

/** `devEngines.packageManager` is a table or a list of them, of which the first known tool is meant. */
function devEnginesWishes({ packageManager }: Table): readonly Wish[] {
  const entries = (Array.isArray(packageManager) ? packageManager : [packageManager]).filter(isTable);
  const known = entries.find(({ name }) => isManager(name));
  const [first] = entries;
  if (known === undefined && first !== undefined) throw unknownTool(first.name);
  if (known === undefined || !isManager(known.name)) return [];
  const version = typeof known.version === "string" ? known.version.trim() : "";
  return [rangeWish(version === "" ? known.name : `${known.name}@${version}`, source)];
}

const source = "devEngines.packageManager in package.json";

const unknownTool = (name: unknown): UserError =>
  new UserError("NODE_PACKAGE_MANAGER_INVALID", `${source} names ${JSON.stringify(name) ?? "no tool"}`, {
    hint: 'Use one of npm, yarn, pnpm and bun, such as { "name": "pnpm", "version": "^10" }.',
  });
