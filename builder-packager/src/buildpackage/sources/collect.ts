import { dirname, join, resolve } from "node:path";
import type { ScriptCompiler } from "../../compile/script.ts";
import type { ModuleKind } from "../../config/module-descriptor.ts";
import { modulesOf, packageMainOf } from "../../config/module-labels.ts";
import { editedToml } from "../../config/toml-edit.ts";
import { signersFiles } from "../../config/verification/signers.ts";
import { rulesBelow } from "../../config/verification/verify-rules.ts";
import { CnbError } from "../../errors.ts";
import type { ReadImageOptions } from "../../oci/image-io.ts";
import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { checkConfinedLayout, checkConfinedLocation, checkConfinedModule } from "../../platform/confined.ts";
import { verifiedImages } from "../../signing/admission.ts";
import { factsOf } from "../facts.ts";
import { byKey, isPackaged, isSource, moduleKey, type PackagedModule, type SourceModule } from "../module.ts";
import { orderIssues } from "../order-rules.ts";
import { type PackageToml, readPackageToml } from "../package-toml.ts";
import { readPartImage } from "../part-image.ts";
import { commonStacks } from "../stacks.ts";
import { parseLocation } from "./location.ts";
import { type LocatedPackage, type LocateOptions, locatePackage } from "./module-location.ts";
import type { TargetFolders } from "./platform-folder.ts";
import { readSource } from "./source.ts";
import { workspaceBuildpacks } from "./workspace.ts";

/** The package.toml of a buildpack, and the buildpack's directory. */
export interface PackageSource {
  readonly kind: ModuleKind;
  readonly packageToml: PackageToml;
  /** The directory to which paths in package.toml are relative. */
  readonly base: string;
  /** The directory with buildpack.toml or extension.toml. */
  readonly dir: string;
  /** The version in the package. @default that in the descriptor */
  readonly version?: string | undefined;
  /** The directory that the sources must not lead out of, if they belong to an untrusted app. */
  readonly confinedTo?: string | undefined;
  /**
   * The directory that paths in package.toml must not lead out of, if it belongs to an untrusted
   * app.
   */
  readonly baseConfinedTo?: string | undefined;
}

/** The restrictions for reading sources that belong to an untrusted app. */
export interface Confinement {
  /** The real path of the app's directory. */
  readonly root: string;
  /**
   * Returns a compiler for sources in the directory `root`, which imports must not leave: the app's
   * directory, or that of an extracted archive.
   */
  readonly compiler: (root: string) => ScriptCompiler;
}

/** A buildpack or extension to package, with everything that its package contains. */
export interface Collection {
  readonly main: SourceModule;
  /**
   * The modules (buildpacks and extensions) including `main`, sorted by id and version, each once.
   */
  readonly modules: readonly (SourceModule | PackagedModule)[];
}

/** A package.toml outside of the buildpack's directory, with the name given by the user. */
interface ConfigFile {
  readonly file: string;
  readonly given: string;
}

/**
 * Options for collecting the modules (buildpacks and extensions) of a package. Already packaged
 * modules are read for `platform`.
 */
export interface CollectOptions extends ReadImageOptions, LocateOptions {
  readonly platform: TargetFolders;
}

/**
 * Finds the module (a buildpack or an extension) to package: the module in `dir`, or the module
 * that `uri` in its package.toml (or in `config`) names.
 *
 * @throws CnbError BUILDPACK_INVALID, BUILDPACK_DEPENDENCY_UNKNOWN, ARGUMENT_INVALID; LibcnbError
 * DOWNLOAD_FAILED, …
 */
export async function openSource(
  dir: string,
  {
    kind = "buildpack",
    config,
    confinedTo,
    ...options
  }: LocateOptions & {
    readonly kind?: ModuleKind;
    readonly config?: ConfigFile;
    readonly confinedTo?: string | undefined;
  },
): Promise<PackageSource> {
  await checkConfinedModule(dir, confinedTo);
  const file = config?.file ?? join(dir, "package.toml");
  const packageToml = await readPackageToml(file, kind, config?.given);
  const base = config ? dirname(file) : dir;
  await checkConfinedLocation(base, { text: packageToml.uri, where: file, confinedTo });
  // the reader of the descriptor reports what is missing
  const folder = resolve(base, packageToml.uri);
  const location = await parseLocation(packageToml.uri, base).catch(() => ({ kind: "path" as const, path: folder }));
  if (location.kind === "path" || location.kind === "address") {
    const located = await locatePackage(location, options).catch((error) => missing(error, folder));
    if (located.kind === "folder")
      return {
        kind,
        packageToml,
        base,
        dir: located.dir,
        confinedTo: confinedBy(located, confinedTo),
        baseConfinedTo: confinedTo,
      };
  }
  throw new CnbError(
    "BUILDPACK_INVALID",
    `${kind}.uri in ${file} does not lead to the source of ${kind === "extension" ? "an" : "a"} ${kind}: ${packageToml.uri}`,
    {
      hint: `Set it to the directory that contains ${kind}.toml, or to an archive of this directory. List packaged buildpacks in [[dependencies]] of a composite buildpack.`,
    },
  );
}

/** Confines the content of an archive to the directory of its extraction. */
const confinedBy = (location: LocatedPackage, confinedTo: string | undefined): string | undefined =>
  confinedTo !== undefined && location.kind === "folder" && location.isExtracted ? location.dir : confinedTo;

function missing(error: NodeJS.ErrnoException, dir: string): LocatedPackage {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return { kind: "folder", dir };
  throw error;
}

/** A module (a buildpack or an extension) on the path from the main one to a member. */
type ReferenceChain = readonly { readonly dir: string; readonly key: string }[];

/**
 * Reads a buildpack or extension. For a composite buildpack, also reads all direct and indirect
 * members.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, BUILDPACK_ENTRY_MISSING,
 * BUILDPACK_DEPENDENCY_UNKNOWN, BUILDPACK_ORDER_INVALID, BUILDPACKAGE_INVALID, LABEL_INVALID,
 * IMAGE_PLATFORM_MISMATCH
 */
export async function collect(
  { kind, packageToml, base, dir, version, confinedTo, baseConfinedTo }: PackageSource,
  options: CollectOptions,
  above: ReferenceChain = [],
): Promise<Collection> {
  const main = withVersion(await readSource(dir, kind, options.platform, confinedTo), version);
  const registry = await verifying(packageToml, base, { ...options, confinedTo: baseConfinedTo });
  const chain = [...above, { dir: main.dir, key: moduleKey(main) }];
  refuseCycle(chain);
  const parts: Part[] = [];
  // one after another: the workspace's neighbours in the order of their dependencies, and messages stay together
  for (const uri of packageToml.dependencies)
    parts.push(await readPart(uri, base, { ...options, registry, chain, confinedTo: baseConfinedTo }));
  const found = [main, ...parts.flatMap((part) => part.modules)];
  const modules = uniqueModules(found);
  warnOfOthers(found, modules, options);
  const sources = new Map(parts.map((part) => [part.key, part.uri]));
  refuseOrder(main, [...orderIssues(main, modules, sources), ...stackIssue(main, modules, options)]);
  return { main, modules };
}

/**
 * The module (a buildpack or an extension) with another version, in its descriptor, too. Comments
 * and formatting are kept.
 */
function withVersion(module: SourceModule, version: string | undefined): SourceModule {
  if (version === undefined || version === module.version) return module;
  const { buildpack } = module.descriptor;
  const text = editedToml(Buffer.from(module.text).toString("utf8"), [
    { path: `${module.kind}.version`, value: version },
  ]);
  const descriptor = { ...module.descriptor, buildpack: { ...buildpack, version } };
  return { ...module, version, descriptor, text: Buffer.from(text) };
}

/** Applies the rules of package.toml, whose files an untrusted app must not read from elsewhere. */
async function verifying(
  { verify }: PackageToml,
  base: string,
  { registry = {}, confinedTo }: CollectOptions & { readonly confinedTo: string | undefined },
): Promise<RegistryOptions> {
  for (const file of verify.flatMap(signersFiles))
    await checkConfinedLocation(base, { text: file, where: join(base, "package.toml"), confinedTo });
  return verifiedImages(registry, rulesBelow(base, verify));
}

function stackIssue({ kind }: SourceModule, modules: Collection["modules"], { platform }: CollectOptions): string[] {
  const facts = modules.map((module) => factsOf(module, platform));
  const isNone = kind === "buildpack" && facts.some(({ order }) => !order) && commonStacks(facts) === undefined;
  return isNone ? ["the members have no stack in common"] : [];
}

/** A dependency's module (a buildpack or an extension) with its own members. */
interface Part {
  readonly uri: string;
  readonly key: string;
  readonly modules: readonly (SourceModule | PackagedModule)[];
}

async function readPart(
  uri: string,
  dir: string,
  options: CollectOptions & { readonly chain: ReferenceChain; readonly confinedTo: string | undefined },
): Promise<Part> {
  const { chain, confinedTo, ...others } = options;
  const where = { text: uri, where: join(dir, "package.toml"), confinedTo };
  await checkConfinedLocation(dir, where);
  const location = await parseLocation(uri, dir);
  const located: LocatedPackage =
    location.kind === "neighbour"
      ? { kind: "folder", dir: await neighbour(location.id, dir, confinedTo) }
      : await locatePackage(location, others);
  if (located.kind === "image") {
    if (located.reference.kind === "oci") await checkConfinedLayout(located.reference.dir, where);
    return { uri, ...(await packagedPart(located.reference, others)) };
  }
  const source = await openSource(located.dir, { ...others, confinedTo: confinedBy(located, confinedTo) });
  const { main, modules } = await collect(source, others, chain);
  return { uri, key: moduleKey(main), modules };
}

async function packagedPart(reference: ImageReference, options: CollectOptions): Promise<Omit<Part, "uri">> {
  const where = formatImageReference(reference);
  const image = await readPartImage(reference, options);
  const key = moduleKey(packageMainOf(image, where));
  const modules = modulesOf(image, where);
  if (modules.every(({ kind }) => kind === "buildpack")) return { key, modules };
  throw new CnbError(
    "BUILDPACKAGE_INVALID",
    `${where} contains the extension ${key}, but the [[dependencies]] of a composite buildpack can only be buildpacks`,
    {
      hint: "Add the extension to [[extensions]] in builder.toml.",
    },
  );
}

async function neighbour(id: string, dir: string, confinedTo: string | undefined): Promise<string> {
  const buildpacks = await workspaceBuildpacks(dir, confinedTo);
  const folder = buildpacks.get(id);
  if (folder !== undefined) return folder;
  const ids = [...buildpacks.keys()].sort();
  throw new CnbError("BUILDPACK_DEPENDENCY_UNKNOWN", `no buildpack of the workspace has the id ${id}`, {
    hint:
      ids.length > 0
        ? `Use the id of a buildpack in the workspace: ${ids.join(", ")}.`
        : "List the buildpacks' directories as workspaces in package.json.",
  });
}

function refuseCycle(chain: ReferenceChain): void {
  const last = chain.at(-1);
  const start = chain.findIndex(({ dir }) => dir === last?.dir);
  const cycle = chain.slice(start);
  if (cycle.length === 1) return;
  const keys = cycle.map(({ key }) => key).join(" → ");
  throw new CnbError("BUILDPACK_ORDER_INVALID", `the dependencies form a cycle: ${keys}`, {
    hint: `Remove one of the [[dependencies]] from ${cycle
      .slice(1)
      .map(({ dir }) => join(dir, "package.toml"))
      .join(" or ")}.`,
  });
}

/**
 * Removes duplicate modules (buildpacks and extensions), and sorts the modules by id and version.
 *
 * @throws CnbError BUILDPACK_ORDER_INVALID when two directories contain a module of the same id and
 * version.
 */
export function uniqueModules(modules: readonly (SourceModule | PackagedModule)[]): (SourceModule | PackagedModule)[] {
  const found = new Map<string, SourceModule | PackagedModule>();
  for (const module of modules) {
    const key = `${module.kind} ${moduleKey(module)}`;
    refuseSecondFolder(module, found.get(key));
    // The last one wins, as for pack. But sources win over what was packaged before: they are what is being worked on.
    const before = found.get(key);
    if (!before || isSource(module) || isPackaged(before)) found.set(key, module);
  }
  return [...found.values()].sort(byKey);
}

function warnOfOthers(found: Collection["modules"], taken: Collection["modules"], { reporter }: CollectOptions): void {
  const diffIds = new Map(taken.filter(isPackaged).map((module) => [moduleKey(module), module.layer.diffId]));
  const others = found.filter(isPackaged).filter((module) => {
    const diffId = diffIds.get(moduleKey(module));
    return diffId !== undefined && diffId !== module.layer.diffId;
  });
  for (const key of new Set(others.map(moduleKey)))
    reporter.warn(`several dependencies contain ${key} with different contents; the last one is used.`);
}

function refuseSecondFolder(
  module: SourceModule | PackagedModule,
  other: SourceModule | PackagedModule | undefined,
): void {
  if (!other || !isSource(module) || !isSource(other) || module.dir === other.dir) return;
  throw new CnbError("BUILDPACK_ORDER_INVALID", `${moduleKey(module)} is in both ${other.dir} and ${module.dir}`, {
    hint: "Change the id or version in one of the two directories, or use only one of the directories.",
  });
}

function refuseOrder({ dir }: SourceModule, issues: readonly string[]): void {
  if (issues.length === 0) return;
  throw new CnbError(
    "BUILDPACK_ORDER_INVALID",
    `the order of ${join(dir, "buildpack.toml")} does not match the dependencies:\n  ${issues.join("\n  ")}`,
    {
      hint: "Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.",
    },
  );
}
