import type { Confinement } from "../../buildpackage/sources/collect.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Platform } from "../../oci/model/spec.ts";
import type { Reporter } from "../../reporter.ts";
import { byKey } from "../labels.ts";
import type { BuilderToml } from "../toml/builder-toml.ts";
import { type BuilderModule, moduleKey } from "./module.ts";
import { modulesAt, otherKind } from "./module-source.ts";
import { type ModuleLocation, moduleLocation } from "./module-uri.ts";
import { type ModuleSource, type SourceOptions, sectionOf } from "./source-options.ts";

export interface GatherOptions extends SourceOptions {
  readonly reporter: Reporter;
  readonly platform: Platform;
  /** True if `dir` may belong to an app. npm then ignores the app's .npmrc. */
  readonly ignoresProject?: boolean;
  /** The restrictions for sources that belong to an untrusted app. */
  readonly confinement?: Confinement;
}

/**
 * The buildpacks and extensions that a builder contains in addition to those of its build image.
 */
export interface GatheredModules {
  /**
   * The modules (buildpacks and extensions) in the order of builder.toml, each followed by its
   * members.
   */
  readonly listed: readonly BuilderModule[];
  /**
   * Each module (a buildpack or an extension) once, by id and version. If two modules with the same
   * id and version differ, the later one is used, as by pack.
   */
  readonly modules: readonly BuilderModule[];
}

/** An entry of builder.toml with its resolved location. */
export interface LocatedSource extends ModuleSource {
  readonly location: ModuleLocation;
}

/** A `[[buildpacks]]` or `[[extensions]]` entry with its modules. */
interface ListedModules extends LocatedSource {
  readonly id?: string;
  readonly version?: string;
}

/**
 * Collects all modules (buildpacks and extensions) named in builder.toml. TypeScript modules share
 * one executable and one layer.
 */
export async function gatherModules(config: BuilderToml, options: GatherOptions): Promise<GatheredModules> {
  const sources = await listedSources(config, options.dir);
  checkLock(sources, options);
  const { found, members } = await modulesOfSources(sources, options);
  for (const [index, source] of sources.entries()) checkIdentity(source, found[index] ?? []);
  const listed = [...found.flat(), ...members];
  return { listed, modules: uniqueModules(sources, found, listed, options.reporter) };
}

/**
 * Reads the modules (buildpacks and extensions) at each source. The main module of a source comes
 * first. The result also contains the members of composite TypeScript modules.
 */
export async function modulesOfSources(
  sources: readonly LocatedSource[],
  options: GatherOptions,
): Promise<{ readonly found: readonly (readonly BuilderModule[])[]; readonly members: readonly BuilderModule[] }> {
  options.signal.throwIfAborted();
  for (const { uri } of sources) options.reporter.step(`Adding ${uri}`);
  const compiled = await compiledModules(sources, options);
  const found = await Promise.all(sources.map((source) => modulesOfSource(source, compiled, options)));
  return { found, members: membersOnly(compiled, found.flat()) };
}

function listedSources({ buildpacks, extensions }: BuilderToml, dir: string): Promise<ListedModules[]> {
  const sources = [
    ...buildpacks.map((source) => ({ ...source, kind: "buildpack" as const })),
    ...extensions.map((source) => ({ ...source, kind: "extension" as const })),
  ];
  return Promise.all(
    sources.map(async (source) => ({ ...source, location: await moduleLocation(source.uri, source.kind, dir) })),
  );
}

/**
 * Checks the lock file. Directories are not locked, because they change together with the lock file
 * in the same repository.
 */
function checkLock(sources: readonly ListedModules[], { lock }: GatherOptions): void {
  for (const kind of ["buildpack", "extension"] as const) {
    const names = sources.filter((source) => source.kind === kind && isPinned(source.location)).map(({ uri }) => uri);
    lock?.expect(sectionOf({ kind, uri: "" }), names);
  }
}

const isPinned = ({ kind }: ModuleLocation): boolean => kind !== "directory" && kind !== "source";

async function compiledModules(
  sources: readonly LocatedSource[],
  { dir, reporter, ...options }: GatherOptions,
): Promise<readonly BuilderModule[]> {
  const dirs = sources.flatMap(({ location }) => (location.kind === "source" ? [location.dir] : []));
  if (dirs.length === 0) return [];
  const { packageModules } = await import("../../buildpackage/package-modules.ts"); // with all of the compiler
  return packageModules([...new Set(dirs)], options.platform, { ...options, reporter, cwd: dir });
}

async function modulesOfSource(
  { kind, uri, location }: LocatedSource,
  compiled: readonly BuilderModule[],
  options: GatherOptions,
): Promise<readonly BuilderModule[]> {
  if (location.kind !== "source") return modulesAt({ kind, uri }, location, options);
  const main = compiled.filter((module) => moduleKey(module) === moduleKey(location));
  const ofKind = main.filter((module) => module.kind === kind);
  if (ofKind.length === 0) throw otherKind(uri, kind, main);
  return ofKind;
}

/** Returns the compiled members of composite buildpacks, without the main modules themselves. */
function membersOnly(compiled: readonly BuilderModule[], mains: readonly BuilderModule[]): BuilderModule[] {
  return compiled.filter((module) => !mains.includes(module)).sort(byKey);
}

function uniqueModules(
  sources: readonly ListedModules[],
  found: readonly (readonly BuilderModule[])[],
  listed: readonly BuilderModule[],
  reporter: Reporter,
): readonly BuilderModule[] {
  const unique = new Map<string, BuilderModule>();
  const uriOf = (module: BuilderModule) => sources[found.findIndex((modules) => modules.includes(module))]?.uri;
  for (const module of listed) {
    const key = `${module.kind} ${moduleKey(module)}`;
    const before = unique.get(key);
    if (before && before.layer.diffId !== module.layer.diffId)
      reporter.warn(`${key} occurs twice with different contents; the one from ${uriOf(module)} is used.`);
    unique.set(key, module);
  }
  return [...unique.values()].sort(byKey);
}

/**
 * Checks that the main buildpack or extension is the one in builder.toml, as pack
 * does; for a package without one, any module.
 */
function checkIdentity(source: ListedModules, found: readonly BuilderModule[]): void {
  const matches = (module: BuilderModule) =>
    (source.id === undefined || source.id === module.id) &&
    (source.version === undefined || source.version === module.version);
  if (found.some(matches)) return;
  const wanted =
    source.id === undefined
      ? `version ${source.version}`
      : moduleKey({ id: source.id, ...defined({ version: source.version || undefined }) });
  throw new CnbError("BUILDER_INVALID", `${source.uri} contains ${found.map(moduleKey).join(", ")}, not ${wanted}`, {
    hint: 'Correct "id" and "version" of this entry in builder.toml, or remove these two keys.',
  });
}
