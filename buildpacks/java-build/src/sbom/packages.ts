import { defined } from "@libcnb/app-kit/defined";
import { digestsOfFile } from "@libcnb/java-app/digests";
import type { Coordinates, DependencyGraph, Module, ResolvedArtifact } from "../build-tool.ts";
import { LicenseFinder } from "./licenses.ts";
import type { Package } from "./package.ts";

/**
 * Returns all dependencies of a project, sorted. Runtime dependencies of the module in the image
 * have the scope `runtime`. The module's dependencies for compiling and testing, and all
 * dependencies of other modules, have the scope `development`.
 *
 * @param dir the directory of the module whose artifact is in the image
 */
export async function packagesOf({ modules }: DependencyGraph, dir: string): Promise<readonly Package[]> {
  const app = modules.find((module) => module.dir === dir) ?? modules.at(-1);
  if (app === undefined) return [];
  const launched = new Set(app.resolved.flatMap(({ id, scope }) => (isLaunched(scope) ? [id] : [])));
  const own = modules.map((module) => ownPackage(module, module === app, launched));
  const isOwn = new Set(own.map(({ id }) => id));
  const others = await describedAll(
    libraries(app, modules).filter(({ id }) => !isOwn.has(id)),
    launched,
  );
  return [...own, ...others].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const isLaunched = (scope: ResolvedArtifact["scope"]): boolean => !["provided", "test"].includes(scope);

const idOf = ({ group, name, version }: Coordinates): string => `${group}:${name}:${version}`;

function ownPackage(module: Module, isApp: boolean, launched: ReadonlySet<string>): Package {
  const { group, name, version, licenses = [], dependencies } = module;
  const id = idOf(module);
  return {
    id,
    group,
    name,
    version,
    type: "jar",
    licenses,
    role: isApp ? "app" : "module",
    scope: isApp || launched.has(id) ? "runtime" : "development",
    dependencies: [...new Set(dependencies)].toSorted(),
  };
}

/** Each once, with what the app's own module needs of it, where it has it. */
function libraries(app: Module, modules: readonly Module[]): readonly ResolvedArtifact[] {
  const all = [...app.resolved, ...modules.flatMap(({ resolved }) => resolved)];
  return Array.from(Map.groupBy(all, ({ id }) => id).values(), ([first]) => first).filter((each) => each !== undefined);
}

// as many files are read at a time
const atOnce = 8;

async function describedAll(
  all: readonly ResolvedArtifact[],
  launched: ReadonlySet<string>,
): Promise<readonly Package[]> {
  const finder = new LicenseFinder();
  const packages: Package[] = [];
  for (let start = 0; start < all.length; start += atOnce)
    packages.push(
      ...(await Promise.all(all.slice(start, start + atOnce).map((each) => described(each, launched, finder)))),
    );
  return packages;
}

async function described(
  each: ResolvedArtifact,
  launched: ReadonlySet<string>,
  finder: LicenseFinder,
): Promise<Package> {
  const { id, group, name, version, type, classifier, file, isModule } = each;
  const digests = file === undefined ? undefined : await digestsOfFile(file).catch(() => undefined); // a directory of classes
  return {
    id,
    group,
    name,
    version,
    type,
    ...defined({ classifier: classifier || undefined, role: isModule === true ? "module" : undefined }),
    scope: launched.has(id) ? "runtime" : "development",
    licenses: isModule === true ? [] : await finder.licensesOf(each),
    ...defined({ digests }),
    dependencies: [...new Set(each.dependencies)].toSorted(),
  };
}
