import type { EntryModule } from "../../compile/bundle/entry-source.ts";
import { type CompileOptions, compileExecutable, type Executable } from "../../compile/executable/executable.ts";
import { hostArchitecture, type NodeArchitecture } from "../../compile/executable/node-release.ts";
import { buildpackSbom } from "../../compile/licenses/buildpack-sbom.ts";
import type { ScriptCompiler } from "../../compile/script.ts";
import { CnbError } from "../../errors.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { type Additions, type Holder, moduleDir, type Program } from "../entries.ts";
import type { SourceModule } from "../module.ts";

export interface ProgramOptions extends Omit<CompileOptions, "arch" | "compileScript"> {
  readonly platform: Platform;
  /** Compiles sources in an app, by the directory that nothing may lead out of. */
  readonly compileConfined?: ((root: string) => ScriptCompiler) | undefined;
}

/** The files that compiling adds to the modules of a layer. */
export interface Programs {
  readonly additions: ReadonlyMap<SourceModule, Additions>;
  readonly executables: readonly Executable[];
}

/**
 * Compiles the TypeScript modules of one layer, which are sorted, into one program. It is in the
 * directory of a composite buildpack among them, or else of the first module; the others have
 * links. Modules with the same id each have their own program, because they are identified by id.
 */
export async function compilePrograms(modules: readonly SourceModule[], options: ProgramOptions): Promise<Programs> {
  const composite = modules.find(({ content }) => content.kind === "composite");
  const additions = new Map<SourceModule, Additions>();
  const executables: Executable[] = [];
  for (const [index, sharing] of sharedPrograms(modules).entries()) {
    const executable = await compiled(sharing, options);
    if (!executable) continue;
    executables.push(executable);
    const holder = sharing.length > 1 && index === 0 ? composite : undefined;
    if (holder) additions.set(holder, { program: programOf(executable) });
    for (const module of sharing)
      additions.set(module, await additionsOf(module, executable, holderOf(module, sharing, holder)));
  }
  return { additions, executables };
}

/**
 * Groups the first module of each id, then the second ones, …; modules with different readable
 * directories are separate.
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

async function compiled(modules: readonly SourceModule[], options: ProgramOptions): Promise<Executable | undefined> {
  const [first, ...others] = modules.flatMap(({ id, content }): EntryModule[] =>
    content.kind === "typescript" ? [{ id, entry: content.entry }] : [],
  );
  // A script is the same for all, and runs wherever the build image has a Node.js.
  const arch = options.runtime === "script" ? "amd64" : architecture(options.platform);
  if (first === undefined) return undefined;
  return compileExecutable([first, ...others], { ...options, ...compilerOf(modules, options), arch });
}

/**
 * Chooses the compiler. For an app it makes no code cache, because that would run the untrusted
 * script; the program starts more slowly.
 */
function compilerOf([module]: readonly SourceModule[], { compileConfined }: ProgramOptions) {
  const root = module?.confinedTo;
  if (root === undefined) return {};
  if (compileConfined === undefined) throw new Error(`nothing compiles what is confined to ${root}`);
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

async function additionsOf(
  module: SourceModule,
  executable: Executable,
  holder: Holder | undefined,
): Promise<Additions> {
  const { id, version, descriptor } = module;
  const { name, description, licenses } = descriptor.buildpack;
  const subject = { id, version, name, description, licenses: licenses.flatMap(({ type }) => (type ? [type] : [])) };
  const sbom = await buildpackSbom(subject, executable.components);
  return { program: programOf(executable, holder), texts: new Map([["sbom.cdx.json", sbom]]) };
}

const programOf = ({ files, start }: Executable, holder?: Holder): Program => ({ files, start, holder });

function architecture({ os, architecture: arch }: Platform): NodeArchitecture {
  if (os === "linux" && (arch === "amd64" || arch === "arm64")) return arch;
  throw new CnbError("TARGET_UNSUPPORTED", `TypeScript buildpacks cannot be compiled for ${os}/${arch}`, {
    hint: `Use --target linux/amd64 or linux/arm64${hostArchitecture() ? ` (this machine is linux/${hostArchitecture()})` : ""}, or --runtime script where the build image has Node.js.`,
  });
}
