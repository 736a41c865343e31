import { readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { type BuildFailure, type BuildResult, build, type Message, type OutputFile, type Plugin } from "esbuild";
import { CnbError } from "../../errors.ts";
import { bundlerOptions, smallEntry } from "../bundle/bundle.ts";
import { type EntryModule, generatedName, notAFile } from "../bundle/entry-source.ts";
import { decodeMappings } from "../bundle/map-segments.ts";
import { lackingGlobals } from "./lacking-globals.ts";
import { localizedMethodUses } from "./localized-methods.ts";
import { builtin, type Lacks, lackingArguments, nodeLayer, noModule, ofDefault } from "./node-layer.ts";
import { isLacking, type NameUse, wholeModuleUses } from "./whole-modules.ts";

/** A use of a Node.js module, export or global that the small engine lacks. */
export interface Lack {
  /** The name of the module without `node:`, such as `crypto`; `globals` for a global. */
  readonly module: string;
  /** The name of the export or global; undefined if the engine lacks the whole module. */
  readonly name: string | undefined;
  /** True for a property of the whole module, such as `fs.watch` after `import fs from "node:fs"`. */
  readonly isProperty?: boolean;
  /** The first use, with a path relative to the user's directory: `src/buildpack.ts:1:24`. */
  readonly position: string;
}

/** The Node.js imports and globals that buildpacks use and that the small engine does not have. */
export interface EngineLacks {
  /**
   * All missing imports and globals. In the bundle, stubs replace them, which fail when they are
   * used.
   */
  readonly stubs: Lacks;
  /** The missing imports and globals in each buildpack's program, by buildpack id. */
  readonly byId: ReadonlyMap<string, readonly Lack[]>;
}

type Modules = readonly [EntryModule, ...EntryModule[]];

/**
 * Finds the Node.js imports and globals in the code of buildpacks that the small engine does not
 * have. Unused imports are ignored. Imports in npm packages that only test if a module exists are
 * ignored as well. Other mistakes in the sources are not reported here.
 */
export async function engineLacks(modules: Modules, { cwd }: { readonly cwd: string }): Promise<EngineLacks> {
  const dir = await realpath(dirname(modules[0].entry));
  const found: Lack[] = [];
  for (;;) {
    const stubs = stubsFor(found);
    const result = await bundleEach(modules, { dir, stubs });
    const lacks = problemsIn(result).flatMap((message) => lackIn(message, { dir, cwd }) ?? []);
    const fresh = lacks.filter((lack) => !found.some((each) => isSame(each, lack)));
    // the bundler names missing functions only when all modules exist
    if (fresh.length === 0) return allLacks(modules, result, { found, dir, cwd });
    found.push(...fresh.filter((lack, index) => fresh.findIndex((each) => isSame(each, lack)) === index));
  }
}

interface Findings {
  /** The imports. */
  readonly found: readonly Lack[];
  readonly dir: string;
  readonly cwd: string;
}

async function allLacks(modules: Modules, result: Result, { found, dir, cwd }: Findings): Promise<EngineLacks> {
  const byModule = usedBy(modules, result, [...found, ...globalsIn(result, { dir, cwd })]);
  const { exports } = await nodeLayer();
  const properties = modules.map((_, index) => propertiesIn(result, { name: String(index), exports, dir, cwd }));
  const byId = modules.map(({ id }, index) => {
    const [own, others] = [byModule.get(id) ?? [], properties[index] ?? []];
    return [id, [...own, ...others.filter((lack) => !own.some((each) => isSame(each, lack)))]] as const;
  });
  const ofModules = properties.flat().filter(({ module }) => module !== globals);
  return { stubs: stubsFor([...found, ...ofModules]), byId: new Map(byId) };
}

/** Bundles each buildpack by itself, in one run that reads each file once. */
async function bundleEach(modules: Modules, { dir, stubs }: { readonly dir: string; readonly stubs: Lacks }) {
  const { stdin: _, ...options } = await bundlerOptions(modules, { dir, runtime: "small", lacks: stubs });
  return build({
    ...options,
    entryPoints: modules.map((_, index) => ({ in: `${index}${generatedName}`, out: String(index) })),
    entryNames: "[name]",
    splitting: false,
    minify: false,
    minifySyntax: true,
    logLimit: 0,
    inject: [globalsName],
    plugins: [generatedEntries(modules, dir), ...options.plugins],
  }).catch((failure: BuildFailure) => failure);
}

/** The module of a {@link Lack} that is a global. */
const globals = "globals";

const globalsName = "<globals that the engine lacks>";

/**
 * The source of a module that exports the globals of Node.js that the engine lacks. The bundler
 * inserts the exports where they are used.
 */
const globalsSource = lackingGlobals
  .map((name) => `export const ${name} = /* @__PURE__ */ lacking${lackingArguments(globals, name)};`)
  .join("\n");

const generatedEntries = (modules: Modules, resolveDir: string): Plugin => ({
  name: "entries",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`${generatedName}$`) }, ({ path }) => ({ path, namespace: "entry" }));
    onResolve({ filter: new RegExp(`^${globalsName}$`) }, ({ path }) => ({ path, namespace: "globals" }));
    onLoad({ filter: /.*/, namespace: "globals" }, () => ({ contents: globalsSource }));
    onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({
      contents: smallEntry(modules.slice(Number.parseInt(path, 10)).slice(0, 1)),
      resolveDir,
    }));
  },
});

type Result = BuildFailure | BuildResult;

const problemsIn = ({ errors, warnings }: Result): readonly Message[] => [
  ...errors,
  ...warnings.filter(({ id, location }) => id === "import-is-undefined" && !isInstalled(location?.file)),
];

const isInstalled = (file = ""): boolean => file.includes("node_modules/");

const isSame = (one: Lack, other: Lack): boolean => one.module === other.module && one.name === other.name;

const patterns = [
  new RegExp(`^The small engine ${noModule} "(?:node:)?(?<module>[^"]+)"`),
  new RegExp(`^No matching export in "${builtin}:(?<module>[^"]+)" for import "(?<name>[^"]+)"`),
  new RegExp(`^Import "(?<name>[^"]+)" will always be undefined .* in "${builtin}:(?<module>[^"]+)"`),
];

function lackIn(
  { text, location }: Message,
  { dir, cwd }: { readonly dir: string; readonly cwd: string },
): Lack | undefined {
  const groups = patterns.map((pattern) => pattern.exec(text)?.groups).find((each) => each !== undefined);
  if (groups?.module === undefined || location === null) return undefined;
  const position = `${relative(cwd, resolve(dir, location.file))}:${location.line}:${location.column + 1}`;
  return { module: groups.module, name: groups.name, position };
}

/**
 * Returns the globals that the engine lacks, each with the first position of its name in the
 * sources.
 */
function globalsIn(result: Result, { dir, cwd }: { readonly dir: string; readonly cwd: string }) {
  const text = outputsOf(result)
    .map((output) => output.text)
    .join("\n");
  const used = lackingGlobals.filter((name) => text.includes(lackingArguments(globals, name)));
  if (used.length === 0) return [];
  const names = Object.keys("metafile" in result ? (result.metafile?.inputs ?? {}) : {});
  const files = names
    .filter((name) => !notAFile.test(name) && /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => resolve(dir, name));
  const texts = files.map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n") }));
  return used.flatMap((name): Lack[] => {
    const pattern = new RegExp(`(?<![.\\w$"'\`])${name}(?![\\w$"'\`])`);
    const file = texts.find(({ lines }) => lines.some((line) => pattern.test(withoutComment(line))));
    const row = file?.lines.findIndex((line) => pattern.test(withoutComment(line))) ?? 0;
    const column = file?.lines[row]?.search(pattern) ?? 0;
    return [{ module: globals, name, position: `${relative(cwd, file?.file ?? dir)}:${row + 1}:${column + 1}` }];
  });
}

/** Names that a buildpack reads from whole modules, with their first places. Packages from npm may try whether one exists. */
function propertiesIn(
  result: Result,
  {
    name,
    exports,
    dir,
    cwd,
  }: Omit<Findings, "found"> & {
    readonly name: string;
    readonly exports: ReadonlyMap<string, readonly string[]>;
  },
): readonly Lack[] {
  const textOf = (suffix: string) => outputsOf(result).find(({ path }) => path.endsWith(`/${name}.js${suffix}`))?.text;
  const uses = lackingUses(textOf("") ?? "", exports);
  const map: { readonly sources?: readonly string[]; readonly mappings?: string } =
    uses.length === 0 ? {} : JSON.parse(textOf(".map") ?? "{}");
  const lines = decodeMappings(map.mappings ?? "");
  const lacks = uses.flatMap(({ module, name, line, column }): Lack[] => {
    const origin = lines[line]?.findLast((segment) => segment.column <= column)?.origin;
    const source = map.sources?.[origin?.source ?? 0];
    if (origin === undefined || source === undefined || isInstalled(source)) return [];
    const position = `${relative(cwd, resolve(dir, source))}:${origin.line + 1}:${origin.column + 1}`;
    return [{ module, name, isProperty: true, position }];
  });
  return lacks.filter((lack, index) => lacks.findIndex((each) => isSame(each, lack)) === index);
}

/** The properties of modules and of `Intl`, and the methods that depend on a language. */
function lackingUses(text: string, exports: ReadonlyMap<string, readonly string[]>): readonly NameUse[] {
  const properties = wholeModuleUses(text).filter((use) => isLacking(use, exports));
  const methods = localizedMethodUses(text).map((use) => ({ ...use, module: globals }));
  return [...properties, ...methods].map((use) =>
    use.module === "Intl" ? { ...use, module: globals, name: `Intl.${use.name}` } : use,
  );
}

const withoutComment = (line: string): string => line.replace(/^\s*(\*|\/\/|\/\*).*/, "");

function stubsFor(found: readonly Lack[]): Lacks {
  const lacks = new Map<string, Set<string>>();
  for (const { module, name, isProperty = false } of found) {
    const names = lacks.get(module) ?? new Set();
    // a module that the engine lacks may be imported as a whole, too
    lacks.set(module, names.add(isProperty ? ofDefault(name ?? "") : (name ?? "default")));
  }
  return lacks;
}

function usedBy(modules: Modules, result: Result, found: readonly Lack[]): ReadonlyMap<string, readonly Lack[]> {
  const outputs = outputsOf(result);
  return new Map(
    modules.map(({ id }, index) => {
      const text = outputs.find(({ path }) => path.endsWith(`/${index}.js`))?.text ?? "";
      return [id, found.filter(({ module, name = "default" }) => text.includes(lackingArguments(module, name)))];
    }),
  );
}

const outputsOf = (result: Result): readonly OutputFile[] =>
  "outputFiles" in result ? (result.outputFiles ?? []) : [];

/**
 * Describes a missing import in a message: `src/buildpack.ts:1:24 imports createVerify of node:crypto`.
 */
export const describeLack = ({ module, name, isProperty = false, position }: Lack): string =>
  module === globals
    ? `${position} uses ${name}`
    : `${position} ${isProperty ? "uses" : "imports"} ${name === undefined ? "" : `${name} of `}node:${module}`;

/** Creates the error for a buildpack that cannot be packaged for the small engine. */
export const lacksError = (found: readonly Lack[]): CnbError<"COMPILE_FAILED"> =>
  new CnbError(
    "COMPILE_FAILED",
    `the buildpack uses modules or functions that the JavaScript engine of --runtime small does not have:\n  ${found.map(describeLack).join("\n  ")}`,
    {
      hint: "Use supported modules and functions instead (docs/guide/engine.md), or use --runtime auto or --runtime node.",
    },
  );
