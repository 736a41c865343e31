import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component } from "libcnb";
import { cacheDir } from "../../cache-dirs.ts";
import { untilAborted } from "../../until-aborted.ts";
import { type BundleReport, bundleReport, type ProgramParts } from "../bundle/bundle-report.ts";
import type { EntryModule } from "../bundle/entry-source.ts";
import { nativeWarnings } from "../bundle/native-add-ons.ts";
import { engineComponent, licensesByKey, programComponents } from "../licenses/components.ts";
import { licenseText, licenseWarnings } from "../licenses/licenses.ts";
import { phaseStart } from "../phase-start/phase-start.ts";
import { populateComplete } from "../populate.ts";
import type { Runtime } from "../runtime.ts";
import { readScript, type Script, type ScriptCompiler } from "../script.ts";
import { writeScriptProgram } from "../script-program.ts";
import { scriptStart } from "../script-start.ts";
import { engineFor, engineParts } from "../small/engine.ts";
import { type Lacks, nodeLayer } from "../small/node-layer.ts";
import { writeSmallProgram } from "../small/small-program.ts";
import { type NodeBinaryOptions, nodeLicense } from "./node-binary.ts";
import { hostArchitecture, type NodeArchitecture, nodeRelease } from "./node-release.ts";
import { writeSeaProgram } from "./sea-program.ts";

/**
 * The program that runs compiled buildpacks. With the runtime `node`, the image must only provide a
 * C library, libstdc++ and libgcc. With `script`, the image must provide Node.js. With `small`, the
 * image does not need to provide anything.
 */
export interface Executable {
  readonly runtime: Runtime;
  /**
   * The files in the buildpack's directory, sorted by path. The members of a composite buildpack
   * can share them as hard links.
   */
  readonly files: readonly ProgramFile[];
  /**
   * The program for bin/detect, bin/build and bin/generate, which executes `bin/main`. Undefined if
   * these files are links to `bin/engine`.
   */
  readonly start: Uint8Array | undefined;
  /** The total size of the program's files in bytes. */
  readonly size: number;
  /** The sizes of the program's parts, and warnings. */
  readonly report: BundleReport;
  /** The program's components, for {@link buildpackSbom}. */
  readonly components: readonly Component[];
}

/** A file on disk that is added to a buildpack's directory. */
export interface ProgramFile {
  /** The path in the buildpack's directory, such as `bin/main` or `LICENSES.txt`. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly file: string;
  readonly size: number;
}

export interface CompileOptions extends NodeBinaryOptions {
  readonly arch: NodeArchitecture;
  /** The runtime of the program. A `script` is the same for every `arch`. @default "node" */
  readonly runtime?: Runtime;
  /** True to include V8's code cache, if a Node.js for `arch` can run. @default true */
  readonly codeCache?: boolean;
  /** Imports that the small engine lacks, and that fail when they are used. @default none: compiling fails */
  readonly lacks?: Lacks | undefined;
  /** Texts that the program contains as assets, by name. A `script` has none. */
  readonly assets?: Readonly<Record<string, string>>;
  /** Compiles the sources into a script. @default compiles in this process, for trusted sources */
  readonly compileScript?: ScriptCompiler | undefined;
}

/**
 * Compiles TypeScript buildpacks into one program for Linux that runs any of them by name.
 * Depending on the runtime, the program is Node.js or the small engine with the bundled script
 * inside, or the script alone. The same sources give the same bytes in any directory, for any user.
 * The program is cached by the digest of all its inputs.
 *
 * @throws CnbError COMPILE_FAILED | NODE_BINARY_UNAVAILABLE
 * @example
 * `await compileExecutable([{ id: "me/hello", entry: "/src/hello/src/buildpack.ts" }], { arch: "amd64", env, cwd, reporter })`
 */
export async function compileExecutable(
  modules: readonly [EntryModule, ...EntryModule[]],
  options: CompileOptions,
): Promise<Executable> {
  const { runtime = "node", compileScript = readScript } = options;
  const { signal } = options;
  const compiling = compileScript(modules, options);
  const script = await (signal ? untilAborted(compiling, signal) : compiling); // esbuild takes no signal
  const architecture = runtime === "script" ? undefined : options.arch;
  const node = runtime === "node" ? options.arch : undefined;
  const { packages, licenses, digests } = script;
  const ofNode = node && { node: await nodeLicense(node, options) };
  const engine = runtime === "small" ? engineParts() : [];
  const text = licenseText([...licenses, ...engine], { notices: script.notices, ...ofNode });
  const dir = cacheDir(
    options.env,
    "executables",
    cacheKey([script.code, script.map, text, JSON.stringify(options.assets ?? {})], await runtimeKey(options)),
  );
  await populateComplete(dir, (workDir) => make(modules, script, text, { ...options, workDir }));
  const files = await filesIn(dir);
  const size = files.reduce((total, file) => total + file.size, 0);
  const warnings = [...script.warnings, ...nativeWarnings(packages), ...licenseWarnings(packages, licenses)];
  const facts = { packages, licenses: licensesByKey(licenses), warnings };
  return {
    runtime,
    files,
    size,
    start: startOf(options),
    report: bundleReport({ ...facts, runtime, architecture, size, parts: await readParts(dir) }),
    components: [...programComponents({ packages, digests, node }), ...engine.map(engineComponent)],
  };
}

/**
 * The version of the compiler, which is part of the cache key. Increase it when its output changes.
 */
const recipe = "9";

function cacheKey(parts: readonly (Uint8Array | string)[], runtime: unknown): string {
  const digests = parts.map((part) => createHash("sha256").update(part).digest("hex"));
  return createHash("sha256")
    .update(JSON.stringify([recipe, runtime, ...digests]))
    .digest("hex");
}

/** The part of the cache key for everything in a program except the script. */
async function runtimeKey(options: CompileOptions): Promise<unknown> {
  const { runtime = "node", arch } = options;
  if (runtime === "script") return "script";
  if (runtime === "node") return [nodeRelease.packages[arch].binary, hasCodeCache(options)];
  const layer = createHash("sha256").update(JSON.stringify((await nodeLayer()).chunks));
  return ["small", engineFor(arch).sha256, layer.digest("hex")];
}

function startOf({ runtime = "node", arch }: CompileOptions): Uint8Array | undefined {
  if (runtime === "small") return undefined;
  return runtime === "script" ? scriptStart : phaseStart(arch);
}

/** True if a code cache is created: only a Node.js of the same architecture can do that. */
const hasCodeCache = ({ arch, codeCache = true }: CompileOptions): boolean =>
  codeCache && process.platform === "linux" && arch === hostArchitecture();

interface MakeOptions extends CompileOptions {
  readonly workDir: string;
}

async function make(modules: readonly EntryModule[], script: Script, licenses: string, options: MakeOptions) {
  const { runtime = "node", arch, workDir, reporter } = options;
  reporter.info(
    `Compiling ${modules.map(({ id }) => id).join(", ")} for ${runtime === "script" ? "any machine with Node.js" : `linux/${arch}`}`,
  );
  const write = {
    script: () => writeScriptProgram(script, workDir),
    small: () => writeSmallProgram(script, options),
    node: () => writeSeaProgram(script, { ...options, withCodeCache: hasCodeCache(options) }),
  }[runtime];
  const parts = await write();
  await writeFile(join(workDir, "LICENSES.txt"), licenses);
  await writeFile(join(workDir, partsName), JSON.stringify(parts));
}

const partsName = "parts.json";

const readParts = async (dir: string): Promise<ProgramParts> =>
  JSON.parse(await readFile(join(dir, partsName), "utf8"));

/** Sorted by path. */
const paths = [
  { name: "LICENSES.txt", path: "LICENSES.txt", mode: 0o644 },
  { name: "engine", path: "bin/engine", mode: 0o755 },
  { name: "main", path: "bin/main", mode: 0o755 },
  { name: "main.cjs", path: "bin/main.cjs", mode: 0o644 },
  { name: "main.cjs.map", path: "bin/main.cjs.map", mode: 0o644 },
  { name: "start.cjs", path: "bin/start.cjs", mode: 0o644 },
] as const;

async function filesIn(dir: string): Promise<ProgramFile[]> {
  const found = paths.map(async ({ name, path, mode }): Promise<ProgramFile[]> => {
    const file = join(dir, name);
    const stats = await stat(file).catch(() => undefined);
    return stats ? [{ path, mode, file, size: stats.size }] : [];
  });
  return (await Promise.all(found)).flat();
}
