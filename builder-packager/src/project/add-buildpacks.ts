import { join } from "node:path";
import type { Group, GroupElement, Order } from "libcnb/lifecycle-rules";
import { type LocatedSource, modulesOfSources } from "../builder/modules/gather-modules.ts";
import { type BuilderModule, moduleKey } from "../builder/modules/module.ts";
import type { ModuleLocation } from "../builder/modules/module-uri.ts";
import { cacheDir } from "../cache-dirs.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { type BlobStore, openBlobStore } from "../oci/layers/blob-store.ts";
import type { AddedBuildpacks } from "../platform/build-options.ts";
import { type BuildImageOptions, registryOf } from "../platform/build-options.ts";
import type { Builder } from "../platform/images/builder.ts";
import { buildpacksOf } from "./builder-buildpacks.ts";
import { composedOrder, type OrderElement } from "./composed-order.ts";
import { confinedCompiler } from "./confined-compiler.ts";
import type { DeclaredBuildpack, DeclaredBuildpacks, Locator } from "./declared-buildpacks.ts";
import { inlineBuildpack } from "./inline-buildpack.ts";
import { type Located, locatedBuildpack } from "./located-buildpack.ts";

/** Gets the requested buildpacks and image extensions, and determines the order of detection. */
export async function addBuildpacks(
  { group, pre, post, extensions }: DeclaredBuildpacks,
  builder: Builder,
  options: BuildImageOptions,
): Promise<AddedBuildpacks> {
  const store = await openBlobStore(cacheDir(options.env, "blobs"));
  const known = buildpacksOf(builder);
  const ofBuilder = extensions.length > 0 ? buildpacksOf(builder, "extension") : known;
  const wanted = await Promise.all([
    ...[...group, ...pre, ...post].map((each) => found(each, known, store)),
    ...extensions.map((each) => foundExtension(each, ofBuilder)),
  ]);
  const { resolved, modules } = await gathered(wanted, builder, store, options);
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
    ...(named.length > 0 ? { extensions: [named.toReversed()] } : {}),
  };
}

/** What is found without reading buildpacks, and what is still to be read. */
type Resolved =
  | Exclude<Located, { kind: "place" }>
  | { readonly kind: "module"; readonly module: BuilderModule }
  | Source;

interface Source {
  readonly kind: "source";
  readonly source: LocatedSource;
  /** The folder of the app that names it. */
  readonly confinedTo: string | undefined;
}

async function found(
  declared: DeclaredBuildpack,
  known: ReturnType<typeof buildpacksOf>,
  store: BlobStore,
): Promise<Resolved> {
  if (declared.kind === "inline") return { kind: "module", module: await inlineBuildpack(declared, store) };
  const located = await locatedBuildpack(declared, known);
  if (located.kind !== "place") return located;
  const location = await withDependencies(located.location);
  return {
    kind: "source",
    source: { kind: "buildpack", uri: declared.text, location },
    confinedTo: declared.confinedTo,
  };
}

async function foundExtension(locator: Locator, known: ReturnType<typeof buildpacksOf>): Promise<Resolved> {
  const located = await locatedBuildpack(locator, known, "extension");
  if (located.kind !== "place") return located;
  const source = { kind: "extension" as const, uri: locator.text, location: located.location };
  return { kind: "source", source, confinedTo: locator.confinedTo };
}

/** A composite buildpack is not complete without what its package.toml names. */
async function withDependencies(location: ModuleLocation): Promise<ModuleLocation> {
  if (location.kind !== "directory" || !(await exists(join(location.dir, "package.toml")))) return location;
  const { readDescriptor } = await import("../buildpackage/sources/source.ts");
  const { id, version } = (await readDescriptor(location.dir, "buildpack")).descriptor.buildpack;
  return { kind: "source", dir: location.dir, id, version };
}

/** Reads all that is to be read: what is TypeScript of the user's shares one executable, and so does what is of the app. */
async function gathered(
  wanted: readonly Resolved[],
  builder: Builder,
  store: BlobStore,
  options: BuildImageOptions,
): Promise<{ readonly resolved: readonly OrderElement[]; readonly modules: readonly BuilderModule[] }> {
  const sources = wanted.filter((each) => each.kind === "source");
  const { reporter, env, signal } = options;
  const settings = { dir: ".", ignoresProject: true, store, reporter, env, signal, platform: builder.image.config };
  const compiler = confinedCompiler(builder, options);
  const members: BuilderModule[] = [];
  const found = new Map<Source, readonly BuilderModule[]>();
  for (const [confinedTo, group] of Map.groupBy(sources, (source) => source.confinedTo)) {
    const read = await modulesOfSources(
      group.map(({ source }) => source),
      {
        ...settings,
        registry: registryOf(options),
        ...(confinedTo && { confinement: { root: confinedTo, compiler } }),
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

/** A package says itself what it holds. */
function checkKinds(sources: readonly Source[], found: readonly (readonly BuilderModule[])[]): void {
  for (const [index, { source }] of sources.entries()) {
    const [main] = found[index] ?? [];
    if (main === undefined || main.kind === source.kind) continue;
    const [what, flag] = main.kind === "extension" ? ["an extension", "--extension"] : ["a buildpack", "--buildpack"];
    throw new CnbError("ARGUMENT_INVALID", `${source.uri} is ${what}`, { hint: `Name it with ${flag}.` });
  }
}

function orderElementOf(wanted: Resolved, [main]: readonly BuilderModule[] = []): OrderElement {
  if (wanted.kind === "builder-order") return "builder-order";
  const element = wanted.kind === "in-builder" ? wanted : wanted.kind === "module" ? wanted.module : main;
  if (element === undefined) throw new Error("a source holds no buildpack");
  return { id: element.id, version: element.version };
}

/** Of one version the one that is named last counts, as in builders. */
const uniqueModules = (modules: readonly BuilderModule[]): readonly BuilderModule[] => [
  ...new Map(modules.map((module) => [`${module.kind} ${moduleKey(module)}`, module])).values(),
];

/** The builder's order has no place before or after itself. */
function elements(resolved: readonly OrderElement[]): Group {
  if (!resolved.includes("builder-order")) return resolved as readonly GroupElement[];
  throw new CnbError(
    "ARGUMENT_INVALID",
    "from=builder is not allowed before or after the builder's order, or among extensions",
    {
      hint: "Name it among the buildpacks of --buildpack or [[io.buildpacks.group]].",
    },
  );
}
