import { join, relative } from "node:path";
import type { Component } from "libcnb";
import { decodeDescriptor, descriptorAssets } from "libcnb/internal";
import type { EntryModule } from "../../compile/bundle/entry-source.ts";
import { compileExecD, type ExecDFiles, type ExecDPrograms, execDFiles } from "../../compile/exec-d.ts";
import { type CompileOptions, compileExecutable, type Executable } from "../../compile/executable/executable.ts";
import { hostArchitecture, type NodeArchitecture } from "../../compile/executable/node-release.ts";
import { buildpackSbom } from "../../compile/licenses/buildpack-sbom.ts";
import type { Runtime, RuntimeChoice } from "../../compile/runtime.ts";
import type { ScriptCompiler } from "../../compile/script.ts";
import { canRunEngine } from "../../compile/small/engine.ts";
import { describeLack, engineLacks, type Lack, lacksError } from "../../compile/small/lacks.ts";
import type { Lacks } from "../../compile/small/node-layer.ts";
import type { ModuleRuntime } from "../../config/module-runtimes.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { type Additions, type Holder, moduleDir, type Program } from "../entries.ts";
import type { SourceModule } from "../module.ts";

export interface ProgramOptions extends Omit<CompileOptions, "arch" | "runtime" | "lacks" | "compileScript"> {
  readonly platform: Platform;
  /** The runtime of the compiled programs. @default "auto" */
  readonly runtime?: RuntimeChoice | undefined;
  /**
   * Returns a compiler for sources in the directory `root` of an app. Imports must not leave that
   * directory.
   */
  readonly compileConfined?: ((root: string) => ScriptCompiler) | undefined;
}

/** The files that compiling adds to the buildpacks and extensions of a layer. */
export interface Programs {
  readonly additions: ReadonlyMap<SourceModule, Additions>;
  readonly executables: readonly Executable[];
  /** The runtimes of the compiled buildpacks and extensions. */
  readonly runtimes: ReadonlyMap<SourceModule, ModuleRuntime>;
}

/**
 * Compiles the TypeScript buildpacks and extensions (`modules`, which must be sorted) of one layer
 * into shared programs. If one of the modules is a composite buildpack, its directory contains the
 * programs. Otherwise the directory of the first module contains them. The other modules contain
 * links to the programs. Modules that have the same ID do not share a program, because a program
 * identifies a module by its ID.
 */
export async function compilePrograms(modules: readonly SourceModule[], options: ProgramOptions): Promise<Programs> {
  for (const module of modules) refuseUnusableExecD(module);
  const composite = modules.find(({ content }) => content.kind === "composite");
  const additions = new Map<SourceModule, Additions>();
  const executables: Executable[] = [];
  const runtimes = new Map<SourceModule, ModuleRuntime>();
  for (const [index, sharing] of sharedPrograms(modules).entries()) {
    const compiled = await compileGroup(sharing, options);
    executables.push(...compiled.map(({ executable }) => executable));
    const execD = await execDOf(sharing, options);
    const holder = sharing.length > 1 && index === 0 ? composite : undefined;
    if (holder) additions.set(holder, { programs: heldPrograms(compiled, execD) });
    for (const module of sharing) {
      additions.set(module, await additionsOf(module, { compiled, execD, composite: holder }));
      runtimes.set(module, runtimeOf(module, compiled));
    }
  }
  return { additions, executables, runtimes };
}

/**
 * Groups the first module (a buildpack or an extension) of each id, then the second ones, …;
 * modules with different readable directories are separate.
 */
function sharedPrograms(modules: readonly SourceModule[]): SourceModule[][] {
  const compiledOnes = modules.filter(({ content }) => content.kind === "typescript");
  return [...Map.groupBy(compiledOnes, ({ confinedTo }) => confinedTo).values()].flatMap(rounds);
}

function rounds(compiledOnes: readonly SourceModule[]): SourceModule[][] {
  const found: SourceModule[][] = [];
  for (const same of Map.groupBy(compiledOnes, ({ id }) => id).values()) {
    for (const [round, module] of same.entries()) found[round] = [...(found[round] ?? []), module];
  }
  return found;
}

/** A program, and the modules (buildpacks and extensions) that it runs. */
interface CompiledProgram {
  readonly executable: Executable;
  readonly runs: readonly SourceModule[];
}

/**
 * The programs of modules (buildpacks and extensions) that share them: one, or the small engine and
 * Node.js for those whose build needs it.
 */
async function compileGroup(
  sharing: readonly SourceModule[],
  options: ProgramOptions,
): Promise<readonly CompiledProgram[]> {
  if (sharing.length === 0) return [];
  const runtime = runtimeFor(sharing, options);
  if (runtime === "node" || runtime === "script") return [await compiled(sharing, { ...options, runtime })];
  const { stubs, byId } = await engineLacks(entriesOf(sharing), options);
  const all = [...byId.values()].flat();
  if (runtime === "small" && all.length > 0) throw lacksError(all);
  const engine = await compiled(sharing, { ...options, runtime: "small", lacks: stubs });
  const reasons = sharing.map((module) => ({ module, reason: reasonOf(module, byId.get(module.id) ?? []) }));
  const onNode = reasons.filter(({ reason }) => reason !== undefined).map(({ module }) => module);
  if (runtime === "small" || onNode.length === 0) return [engine];
  for (const { module, reason } of reasons)
    if (reason !== undefined) options.reporter.info(`${module.id} builds on Node.js: ${reason}`);
  return [withOtherLicences(engine), await compiled(onNode, { ...options, runtime: "node" })];
}

/**
 * Why a module (a buildpack or an extension) builds on Node.js; undefined if it builds on the small
 * engine.
 */
function reasonOf({ content }: SourceModule, [first, ...others]: readonly Lack[]): string | undefined {
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  if (first !== undefined) return `${describeLack(first)}${more}`;
  return content.kind === "typescript" && content.runtime === "node" ? "libcnb.runtime in package.json" : undefined;
}

/** Sources in an app are compiled in a sandbox, which does not have the engine; nor does another system than Linux. */
function runtimeFor([module]: readonly SourceModule[], { runtime = "auto", reporter }: ProgramOptions): RuntimeChoice {
  if (runtime !== "auto") return runtime;
  if (module?.confinedTo !== undefined) return "node";
  if (canRunEngine()) return "auto";
  reporter.info(`detect and build run on Node.js: the small engine's compiler does not run on ${process.platform}`);
  return "node";
}

async function compiled(
  runs: readonly SourceModule[],
  { runtime, ...options }: Omit<ProgramOptions, "runtime"> & { readonly runtime: Runtime; readonly lacks?: Lacks },
): Promise<CompiledProgram> {
  // A script is the same for all, and runs wherever the build image has a Node.js.
  const arch = runtime === "script" ? "amd64" : architecture(options.platform);
  const assets = await assetsOf(runs);
  const how = { ...options, ...compilerOf(runs, options), arch, runtime, assets };
  return { runs, executable: await compileExecutable(entriesOf(runs), how) };
}

function entriesOf(modules: readonly SourceModule[]): readonly [EntryModule, ...EntryModule[]] {
  const [first, ...others] = modules.flatMap(({ id, content }): EntryModule[] =>
    content.kind === "typescript" ? [{ id, entry: content.entry }] : [],
  );
  if (first === undefined)
    throw new Error(
      `none of the buildpacks and extensions to compile (${modules.map(({ id }) => id).join(", ")}) is written in TypeScript`,
    );
  return [first, ...others];
}

/** The descriptors, parsed and validated. */
async function assetsOf(modules: readonly SourceModule[]): Promise<Readonly<Record<string, string>>> {
  const assets = modules.map(async ({ kind, dir, text }) =>
    descriptorAssets(text, await decodeDescriptor(kind, text, join(dir, `${kind}.toml`))),
  );
  return Object.assign({}, ...(await Promise.all(assets)));
}

/** The files in addition to Node.js, which has licences of its own in the file of that name. */
function withOtherLicences({ executable, runs }: CompiledProgram): CompiledProgram {
  const files = executable.files.map((file) =>
    file.path === "LICENSES.txt" ? { ...file, path: "LICENSES-engine.txt" } : file,
  );
  return { executable: { ...executable, files }, runs };
}

/**
 * Chooses the compiler. For an app it makes no code cache, because that would run the untrusted
 * script; the program starts more slowly.
 */
function compilerOf([module]: readonly SourceModule[], { compileConfined }: ProgramOptions) {
  const root = module?.confinedTo;
  if (root === undefined) return {};
  if (compileConfined === undefined) throw new Error(`no sandboxed compiler is available for the sources in ${root}`);
  return { compileScript: compileConfined(root), codeCache: false };
}

function holderOf(
  module: SourceModule,
  [first]: readonly SourceModule[],
  composite: SourceModule | undefined,
): Holder | undefined {
  if (composite) return { dir: moduleDir(composite), by: "symlink" };
  return first && first !== module ? { dir: moduleDir(first), by: "hardlink" } : undefined;
}

/**
 * The programs that run a module (a buildpack or an extension): the first one runs its detect, the
 * last one the rest.
 */
const programsOf = (module: SourceModule, compiled: readonly CompiledProgram[]): readonly CompiledProgram[] =>
  compiled.filter(({ runs }) => runs.includes(module));

function runtimeOf(module: SourceModule, compiled: readonly CompiledProgram[]): ModuleRuntime {
  const [first = "node", last = first] = programsOf(module, compiled).map(
    ({ executable }) => executable.report.runtime,
  );
  return module.kind === "buildpack" ? { detect: first, build: last } : { detect: first, generate: last };
}

/** The programs that a composite buildpack holds for its members. */
const heldPrograms = (compiled: readonly CompiledProgram[], execD: ExecD): readonly Program[] => [
  ...compiled.map(({ executable: { files } }) => ({ files })),
  ...(execD.modules.length > 1 ? [{ files: execD.files.shared }] : []),
];

async function additionsOf(
  module: SourceModule,
  {
    compiled,
    execD,
    composite,
  }: {
    readonly compiled: readonly CompiledProgram[];
    readonly execD: ExecD;
    readonly composite: SourceModule | undefined;
  },
): Promise<Additions> {
  const { id, version, descriptor } = module;
  const { name, description, licenses } = descriptor.buildpack;
  const subject = { id, version, name, description, licenses: licenses.flatMap(({ type }) => (type ? [type] : [])) };
  const own = programsOf(module, compiled);
  const components = own.flatMap(({ executable }) => executable.components);
  const at = execD.modules.indexOf(module);
  const sbom = await buildpackSbom(subject, distinct([...components, ...(execD.programs[at]?.components ?? [])]));
  const [first, last = first] = own.map(({ executable }) => executable.start ?? "engine");
  return {
    programs: [
      ...own.map(({ executable: { files }, runs }) => ({ files, holder: holderOf(module, runs, composite) })),
      ...(at < 0 ? [] : [{ files: execD.files.shared, holder: execDHolder(module, execD, composite) }]),
    ],
    texts: new Map([["sbom.cdx.json", sbom]]),
    ...defined({ starts: first && last && { detect: first, work: last }, execD: execD.files.own[at] }),
  };
}

/**
 * Returns the module (buildpack or extension) whose directory holds shared exec.d programs. Returns
 * undefined if a single module has exec.d programs, because its own directory contains them.
 */
const execDHolder = (module: SourceModule, { modules }: ExecD, composite: SourceModule | undefined) =>
  modules.length === 1 ? undefined : holderOf(module, modules, composite);

/**
 * The sandbox for the sources of an app does not have the engine that compiles exec.d programs.
 *
 * @throws CnbError COMPILE_FAILED, BUILDPACK_INVALID
 */
function refuseUnusableExecD({ id, content, confinedTo, included, dir }: SourceModule): void {
  if (content.kind !== "typescript") return;
  const [first] = content.execD;
  if (confinedTo !== undefined && first !== undefined)
    throw new CnbError(
      "COMPILE_FAILED",
      `cannot compile the exec.d program ${relative(dir, first.entry)} of the application's buildpack ${id}: exec.d programs in TypeScript are not supported in buildpacks that are part of an application`,
      {
        hint: "Package the buildpack with cnb buildpack package and add it with --buildpack, or write the program as a script.",
      },
    );
  const same = content.execD.find(({ name }) => included.includes(`exec.d/${name}`));
  if (same !== undefined)
    throw new CnbError("BUILDPACK_INVALID", `the package of ${id} would contain two files exec.d/${same.name}`, {
      hint: `Rename src/exec.d/${same.name}.ts, or the file exec.d/${same.name} in include-files.`,
    });
}

/**
 * The exec.d programs of modules (buildpacks and extensions), and the files in which their packages
 * contain them.
 */
interface ExecD {
  /**
   * The modules (buildpacks and extensions) that have such programs. The fields below have an entry
   * for each of them.
   */
  readonly modules: readonly SourceModule[];
  readonly programs: readonly ExecDPrograms[];
  readonly files: ExecDFiles;
}

/** Compiles the exec.d programs of buildpacks, if they have any. */
async function execDOf(sharing: readonly SourceModule[], options: ProgramOptions): Promise<ExecD> {
  const modules: SourceModule[] = [];
  const programs: ExecDPrograms[] = [];
  const { runtime: _, ...rest } = options;
  for (const module of sharing) {
    const { id, version, content } = module;
    if (content.kind !== "typescript" || content.execD.length === 0) continue;
    const sources = content.execD.map(({ name, entry }) => ({ name, entry, buildpack: { id, version } }));
    const compiled = await compileExecD(sources, { ...rest, arch: architecture(options.platform, "exec.d programs") });
    for (const warning of new Set(compiled.warnings)) options.reporter.warn(warning);
    modules.push(module);
    programs.push(compiled);
  }
  const files = modules.length === 0 ? { shared: [], own: [] } : await execDFiles(programs, options);
  return { modules, programs, files };
}

/** Removes components that the buildpack's program and an exec.d program both contain. */
const distinct = (components: readonly Component[]): readonly Component[] => [
  ...new Map(components.map((each) => [each.purl ?? `${each.group}/${each.name}@${each.version}`, each])).values(),
];

function architecture(
  { os, architecture: arch }: Platform,
  what: "buildpacks" | "exec.d programs" = "buildpacks",
): NodeArchitecture {
  if (os === "linux" && (arch === "amd64" || arch === "arm64")) return arch;
  throw new CnbError("TARGET_UNSUPPORTED", `${what} in TypeScript cannot be compiled for ${os}/${arch}`, {
    hint: `Use --target linux/amd64 or linux/arm64${hostArchitecture() ? ` (this machine is linux/${hostArchitecture()})` : ""}, or ${what === "buildpacks" ? "--runtime script if the build image has Node.js" : "write the program as a script"}.`,
  });
}
