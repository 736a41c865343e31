import { join } from "node:path";
import type { Group, GroupElement, Order } from "libcnb/lifecycle-rules";
import { type LocatedSource, modulesOfSources } from "../builder/modules/gather-modules.ts";
import { type BuilderModule, moduleKey } from "../builder/modules/module.ts";
import type { ModuleLocation } from "../builder/modules/module-uri.ts";
import { cacheDir } from "../cache-dirs.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { type BlobStore, openBlobStore } from "../oci/layers/blob-store.ts";
import { type AddedBuildpacks, type RegistrySettings, registryOf } from "../platform/build-options.ts";
import type { Builder } from "../platform/images/builder.ts";
import { buildpacksOf, type KnownBuildpacks } from "./builder-buildpacks.ts";
import { composedOrder, type OrderElement } from "./composed-order.ts";
import { type CompilerSettings, confinedCompiler } from "./confined-compiler.ts";
import type { DeclaredBuildpack, DeclaredBuildpacks, Locator } from "./declared-buildpacks.ts";
import { inlineBuildpack } from "./inline-buildpack.ts";
import { type BuildpackLocation, locatedBuildpack } from "./located-buildpack.ts";

/** The inputs of {@link addBuildpacks}. */
export interface AddInput {
  readonly declared: DeclaredBuildpacks;
  readonly builder: Builder;
  readonly settings: AddSettings;
}

/** The options of a build that affect how buildpacks are read and compiled. */
export type AddSettings = RegistrySettings & CompilerSettings;

/**
 * Reads the requested buildpacks and image extensions, and determines the groups to try in
 * detection.
 */
export async function addBuildpacks({ declared, builder, settings }: AddInput): Promise<AddedBuildpacks> {
  const { group, pre, post, extensions } = declared;
  const store = await openBlobStore(cacheDir(settings.env, "blobs"));
  const known = buildpacksOf(builder);
  const ofBuilder = extensions.length > 0 ? buildpacksOf(builder, "extension") : known;
  const wanted = await Promise.all([
    ...[...group, ...pre, ...post].map((each) => found(each, known, store)),
    ...extensions.map((each) => foundExtension(each, ofBuilder)),
  ]);
  const { resolved, modules } = await gathered(wanted, builder, store, settings);
  const at = (from: number, count: number) => resolved.slice(from, from + count);
  const parts = {
    group: at(0, group.length),
    pre: elements(at(group.length, pre.length)),
    post: elements(at(group.length + pre.length, post.length)),
  };
  const named = elements(resolved.slice(group.length + pre.length + post.length));
  return {
    modules,
    order: (groups: Order) => composedOrder(groups, parts),
    // as pack: the last one comes first
    ...defined({ extensions: named.length > 0 ? [named.toReversed()] : undefined }),
  };
}

/** A requested buildpack: found without reading it, or a source that is still to be read. */
type ResolvedBuildpack =
  | Exclude<BuildpackLocation, { kind: "location" }>
  | { readonly kind: "module"; readonly module: BuilderModule }
  | Source;

interface Source {
  readonly kind: "source";
  readonly source: LocatedSource;
  /** The directory that its paths must not leave. */
  readonly confinedTo: string | undefined;
}

async function found(
  declared: DeclaredBuildpack,
  known: KnownBuildpacks,
  store: BlobStore,
): Promise<ResolvedBuildpack> {
  if (declared.kind === "inline") return { kind: "module", module: await inlineBuildpack(declared, store) };
  const located = await locatedBuildpack(declared, known);
  if (located.kind !== "location") return located;
  const location = await withDependencies(located.location);
  return {
    kind: "source",
    source: { kind: "buildpack", uri: declared.text, location },
    confinedTo: declared.confinedTo,
  };
}

async function foundExtension(locator: Locator, known: KnownBuildpacks): Promise<ResolvedBuildpack> {
  const located = await locatedBuildpack(locator, known, "extension");
  if (located.kind !== "location") return located;
  const source = { kind: "extension" as const, uri: locator.text, location: located.location };
  return { kind: "source", source, confinedTo: locator.confinedTo };
}

/**
 * Treats a directory with a package.toml as a source, so that the buildpacks that package.toml
 * names are added as well.
 */
async function withDependencies(location: ModuleLocation): Promise<ModuleLocation> {
  if (location.kind !== "directory" || !(await exists(join(location.dir, "package.toml")))) return location;
  const { readDescriptor } = await import("../buildpackage/sources/source.ts");
  const { id, version } = (await readDescriptor(location.dir, "buildpack")).descriptor.buildpack;
  return { kind: "source", dir: location.dir, id, version };
}

/**
 * Reads all sources. TypeScript buildpacks that the user named share one executable, and those that
 * the app names share another.
 */
async function gathered(
  wanted: readonly ResolvedBuildpack[],
  builder: Builder,
  store: BlobStore,
  settings: AddSettings,
): Promise<{ readonly resolved: readonly OrderElement[]; readonly modules: readonly BuilderModule[] }> {
  const sources = wanted.filter((each) => each.kind === "source");
  const { reporter, env, signal } = settings;
  const sourceOptions = {
    dir: ".",
    ignoresProject: true,
    store,
    reporter,
    env,
    signal,
    platform: builder.image.config,
  };
  const compiler = confinedCompiler(builder, settings);
  const members: BuilderModule[] = [];
  const found = new Map<Source, readonly BuilderModule[]>();
  for (const [confinedTo, group] of Map.groupBy(sources, (source) => source.confinedTo)) {
    const read = await modulesOfSources(
      group.map(({ source }) => source),
      {
        ...sourceOptions,
        registry: registryOf(settings),
        ...defined({ confinement: confinedTo ? { root: confinedTo, compiler } : undefined }),
      },
    );
    members.push(...read.members);
    for (const [index, source] of group.entries()) found.set(source, read.found[index] ?? []);
  }
  const inline = wanted.flatMap((each) => (each.kind === "module" ? [each.module] : []));
  const resolved = wanted.map((each) => orderElementOf(each, each.kind === "source" ? found.get(each) : []));
  checkKinds(
    sources,
    sources.map((source) => found.get(source) ?? []),
  );
  return {
    resolved,
    modules: uniqueModules([...inline, ...sources.flatMap((each) => found.get(each) ?? []), ...members]),
  };
}

/**
 * Refuses a package of the other kind: only its content shows whether it has a buildpack or an
 * extension.
 */
function checkKinds(sources: readonly Source[], found: readonly (readonly BuilderModule[])[]): void {
  for (const [index, { source }] of sources.entries()) {
    const [main] = found[index] ?? [];
    if (main === undefined || main.kind === source.kind) continue;
    const [what, flag] =
      main.kind === "extension"
        ? ["an extension, not a buildpack", "--extension"]
        : ["a buildpack, not an extension", "--buildpack"];
    throw new CnbError("ARGUMENT_INVALID", `${source.uri} is ${what}`, { hint: `Write ${flag} ${source.uri}.` });
  }
}

function orderElementOf(wanted: ResolvedBuildpack, [main]: readonly BuilderModule[] = []): OrderElement {
  if (wanted.kind === "builder-order") return "builder-order";
  const element = namedBy(wanted) ?? main;
  if (element === undefined) throw new Error("the source of a requested buildpack contains no buildpack");
  return { id: element.id, version: element.version };
}

/** The buildpack that is known without reading a source. */
function namedBy(wanted: Exclude<ResolvedBuildpack, { kind: "builder-order" }>): GroupElement | undefined {
  if (wanted.kind === "in-builder") return wanted;
  return wanted.kind === "module" ? wanted.module : undefined;
}

/**
 * Removes duplicates. For the same id and version, the last module takes precedence, as in
 * builders.
 */
const uniqueModules = (modules: readonly BuilderModule[]): readonly BuilderModule[] => [
  ...new Map(modules.map((module) => [`${module.kind} ${moduleKey(module)}`, module])).values(),
];

/** Refuses `from=builder` before or after the builder's order, and among extensions. */
function elements(resolved: readonly OrderElement[]): Group {
  if (!resolved.includes("builder-order")) return resolved as readonly GroupElement[];
  throw new CnbError(
    "ARGUMENT_INVALID",
    "from=builder cannot be used in --pre-buildpack, --post-buildpack or their project.toml keys, or for extensions",
    {
      hint: "Use from=builder only in --buildpack or [[io.buildpacks.group]].",
    },
  );
}
