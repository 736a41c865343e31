import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, join, relative, resolve } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { generatedName } from "../bundle/entry-source.ts";
import { ownerOf } from "../bundle/owner.ts";
import { type BundledFile, filesOf } from "../bundle/packages.ts";
import type { SourceChunk } from "./bytecode.ts";
import { withNumbers } from "./chunks.ts";
import { nodeLayerDir } from "./engine.ts";

/**
 * The Node layer: the small engine's implementation of the modules of Node.js. It is JavaScript
 * code in packaged programs, not a layer of an image.
 */
export interface NodeLayer {
  /** The bundled source files, with absolute paths and their sizes in the result. */
  readonly files: readonly BundledFile[];
  /**
   * The names of the globals that each chunk defines. A chunk is loaded when one of its globals is
   * first read.
   */
  readonly globals: Readonly<Record<string, readonly string[]>>;
  /**
   * The modules, with the names under which programs and the engine load them: `node:fs`,
   * `globals`, `lazy:…` and shared chunks.
   */
  readonly chunks: readonly SourceChunk[];
  /** The name of the engine in error messages. */
  readonly engine: string;
  /** The names that each module exports, by the module's name without `node:`. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
}

let layer: Promise<NodeLayer> | undefined;

/**
 * Returns the small engine's implementation of Node.js modules, which is bundled once per process.
 */
export function nodeLayer(): Promise<NodeLayer> {
  layer ??= bundleLayer(nodeLayerDir());
  return layer;
}

/** The native modules that the engine of exec.d programs does not have. */
const notAtLaunch = /["']engine:(net|signature|tls|zlib)["']/;

/** The names of modules that call such a native module only when they are used. */
const namesNotAtLaunch: Readonly<Record<string, readonly string[]>> = { crypto: ["createPublicKey", "verify"] };

/**
 * Returns the part of the engine's implementation of Node.js modules that exec.d programs can use:
 * everything except network, TLS, compression and signatures.
 */
export async function launchNodeLayer(): Promise<NodeLayer> {
  const all = await nodeLayer();
  const texts = new Map(all.chunks.map(({ name, text }) => [name, text]));
  const isAtLaunch = (module: string): boolean => {
    const names = new Set([`node:${module}`]);
    for (const name of names)
      for (const [, next = ""] of (texts.get(name) ?? "").matchAll(chunkImport)) if (texts.has(next)) names.add(next);
    return ![...names].some((name) => notAtLaunch.test(texts.get(name) ?? ""));
  };
  const exports = [...all.exports]
    .filter(([module]) => isAtLaunch(module))
    .map(([module, names]) => [module, names.filter((name) => !namesNotAtLaunch[module]?.includes(name))] as const);
  return { ...all, engine: "engine of exec.d programs", exports: new Map(exports) };
}

/** The name of a module, or of a part of a module, in an import of the Node.js implementation. */
const chunkImport = /["'](?:\.{1,2}\/)*(node:[a-z_0-9/]+|n-\d{8}\.js|lacking|xz-decompress|libcnb-bzip2)["']/g;

/**
 * Bundles each module of the engine's Node.js implementation as its own entry, with the parts that
 * several modules share. The parts in `lazy-parts.json` are loaded when one of their functions is
 * first called, so that detect does not load streams only because `node:fs` exports them.
 */
async function bundleLayer(dir: string): Promise<NodeLayer> {
  const lazy: readonly string[] = JSON.parse(readFileSync(join(dir, "lazy-parts.json"), "utf8"));
  const builtins = [...builtinModules, "sea"].filter((name) => fileOf(dir, name) !== undefined);
  const { outputFiles, metafile } = await build({
    entryPoints: {
      globals: join(dir, "globals.ts"),
      [lackingModule]: join(dir, "internal/lacking.ts"),
      ...Object.fromEntries([...nativePackages, frameworkBzip2].map((name) => [name, join(dir, `${name}.ts`)])),
      ...Object.fromEntries(builtins.map((name) => [`node:${name}`, fileOf(dir, name) ?? ""])),
      ...Object.fromEntries(lazy.map((name) => [`lazy:${name}`, `lazy:${name}`])),
    },
    absWorkingDir: dir,
    outdir: join(dir, "out"),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    mainFields: ["main"],
    chunkNames: "n-[hash]",
    // names of classes stay: they are in errors, and programs print them
    minifyWhitespace: true,
    minifySyntax: true,
    charset: "ascii",
    legalComments: "none",
    logLevel: "silent",
    tsconfigRaw: {},
    plugins: [ofLayer(dir)],
  });
  const exports = Object.entries(metafile.outputs).flatMap(([file, output]) => {
    const [, name] = /(?:^|\/)node:(.+)\.js$/.exec(file) ?? [];
    return name === undefined ? [] : [[name, output.exports] as const];
  });
  const chunks = outputFiles.map(({ path, text }) => ({ name: nameOf(path, dir), text }));
  const entries = chunks.map(({ name }) => name).filter((name) => !name.endsWith(".js"));
  return {
    engine: "small engine",
    files: filesOf(metafile, dir),
    globals: JSON.parse(readFileSync(join(dir, "lazy-globals.json"), "utf8")),
    chunks: withNumbers(chunks, entries.sort()),
    exports: new Map(exports),
  };
}

/**
 * Returns the modules of the engine's Node.js implementation that a program can load: those that
 * the program's own modules import, directly or indirectly, and those that are loaded on demand for
 * names or globals that a module mentions.
 */
export function neededChunks({ chunks, globals }: NodeLayer, own: readonly SourceChunk[]): readonly SourceChunk[] {
  const parts = chunks.filter(({ name }) => name.startsWith("lazy:"));
  // of the latter, the global JSON.parse needs its error messages
  const names = new Set(["globals", "lazy:internal/json-errors"]);
  const texts = own.map(({ text }) => text);
  for (let before = -1; before < texts.length + names.size; ) {
    before = texts.length + names.size;
    const all = texts.join("\n");
    for (const [, name = ""] of all.matchAll(chunkImport)) names.add(name);
    for (const { name } of parts) {
      const part = name.slice("lazy:".length);
      const isNamed = all.includes(JSON.stringify(part)) || (part === "globals/locale" && localized.test(all));
      if (isNamed || globals[part]?.some((global) => new RegExp(`\\b${global}\\b`).test(all))) names.add(name);
    }
    const found = chunks.filter(({ name }) => names.has(name));
    // the module of all globals names every part
    texts.splice(
      own.length,
      Infinity,
      ...found.flatMap(({ name, text }) => (name === "globals" ? importsIn(text) : text)),
    );
  }
  return chunks.filter(({ name }) => names.has(name));
}

/** The methods whose results depend on a language. */
const localized = /\.(?:localeCompare|toLocale\w+)\b/;

/** The import statements of a module, without the rest. */
const importsIn = (text: string): string => [...text.matchAll(/from["'][^"']+["']|import["'][^"']+["']/g)].join("\n");

/** The file of a module of Node.js: `net.ts`, or `fs/index.ts` where the directory has more. */
const fileOf = (dir: string, name: string): string | undefined =>
  [`${name}.ts`, `${name}/index.ts`].map((file) => join(dir, file)).find((file) => existsSync(file));

/**
 * Returns the name of a bundled file: programs import entries by this name; a shared part has its
 * file name.
 */
const nameOf = (path: string, dir: string): string =>
  /^n-[A-Z0-9]{8}\.js$/.test(basename(path)) ? basename(path) : path.slice(join(dir, "out").length + 1, -".js".length);

/**
 * An esbuild plugin for npm packages in the engine's Node.js implementation. It resolves their
 * imports of Node.js modules to the modules of the implementation.
 */
const ofLayer = (dir: string): Plugin => ({
  name: "node-layer",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^engine:/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^lazy:/ }, ({ path }) => ({ path, namespace: "lazy" }));
    onResolve({ filter: /^(node:)?[a-z_0-9-]+(\/[a-z_]+)?\/?$/ }, ({ path: asked, kind }) => {
      const name = asked.replace(/^node:/, "").replace(/\/$/, "");
      const path = fileOf(dir, name === "abort-controller" ? "abort" : name);
      if (path === undefined) return undefined;
      return kind === "require-call"
        ? { path: relative(dir, path).replace(/\.ts$/, ""), namespace: required }
        : { path };
    });
    // through the engine: for a require() in the bundle, each module of the layer would become a function that others call
    onLoad({ filter: /.*/, namespace: required }, ({ path }) => ({
      contents: `const all = globalThis[Symbol.for("libcnb.load")](${JSON.stringify(path)}); module.exports = all.default ?? all;`,
    }));
    onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => {
      const name = path.slice("lazy:".length);
      const part = JSON.stringify(join(dir, `${name}.ts`));
      const register = JSON.stringify(join(dir, "internal/lazy.ts"));
      const lines = [
        `import * as part from ${part};`,
        `import { register } from ${register};`,
        `register(${JSON.stringify(name)}, part);`,
      ];
      return { contents: lines.join("\n"), resolveDir: dir };
    });
  },
});

/**
 * The Node.js imports of a bundle that the small engine does not have: a set of imported names for
 * each module. The names of modules do not contain `node:`. If the engine lacks a whole module, all
 * names that are imported from the module are listed.
 */
export type Lacks = ReadonlyMap<string, ReadonlySet<string>>;

/** The treatment of modules and names of Node.js that the small engine does not implement. */
interface MissingModules {
  /** They are in the bundle and fail when they are used. @default none */
  readonly lacks?: Lacks | undefined;
  /**
   * The files in which such a module is an error. Elsewhere it is in the bundle only if something uses it: see
   * {@link absentUses}. @default all
   */
  readonly refuses?: (importer: string) => boolean;
}

/**
 * Creates an esbuild plugin that replaces imports of Node.js modules in a bundle by imports of the
 * small engine's implementation, which the engine loads at run time. If the implementation does not
 * have an imported module or name, bundling fails and reports the position of the import.
 */
export const onNodeLayer = (
  { engine, exports }: NodeLayer,
  { lacks = new Map(), refuses = () => true }: MissingModules = {},
): Plugin => ({
  name: "on-node-layer",
  setup({ onResolve, onLoad }) {
    const isPresent = (name: string) => exports.has(name) || lacks.has(name);
    onResolve({ filter: /^globals$/ }, ({ path, importer }) =>
      importer.endsWith(generatedName) ? { path, external: true } : undefined,
    );
    onResolve({ filter: new RegExp(`^(${nativePackages.join("|")})$`) }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^\.\/bzip2\.[jt]s$/ }, ({ resolveDir }) =>
      resolveDir.endsWith(join("host", "archives")) && ownerOf(resolveDir)?.manifest.name === "libcnb"
        ? { path: frameworkBzip2, external: true }
        : undefined,
    );
    onResolve({ filter: /^(node:)?[a-z_0-9]+(\/[a-z_]+)?$/ }, ({ path, namespace, kind, importer }) => {
      if (namespace === builtin) return { path, external: true };
      const name = path.replace(/^node:/, "");
      if (name === path && !builtinModules.includes(name)) return undefined;
      if (isPresent(name) && kind === "require-call" && namespace !== required)
        return { path: name, namespace: required };
      if (isPresent(name)) return { path: name, namespace: builtin, sideEffects: false };
      // a package that only tries whether the module is there goes on without it, as on a Node.js without it
      if (kind === "require-call" && importer.includes("/node_modules/")) return { path: name, namespace: absent };
      if (!refuses(importer)) return { path: name, namespace: absent, sideEffects: false };
      return { errors: [{ text: `The ${engine} ${noModule} ${JSON.stringify(path)}` }] };
    });
    onLoad({ filter: /.*/, namespace: builtin }, ({ path }) => ({
      contents: builtinSource(path, exports.get(path) ?? [], [...(lacks.get(path) ?? [])]),
    }));
    // in Node.js, the default export of a module is what require() returns
    onLoad({ filter: /.*/, namespace: required }, ({ path }) => ({
      contents: `const all = require(${JSON.stringify(`node:${path}`)}); module.exports = all.default ?? all;`,
    }));
    onLoad({ filter: /.*/, namespace: absent }, ({ path }) => ({
      contents: `exports; throw Object.assign(new Error("No such built-in module: node:${path}"), { code: "ERR_UNKNOWN_BUILTIN_MODULE" });`,
    }));
  },
});

/** The module that a bundle imports for a module of Node.js. */
function builtinSource(module: string, has: readonly string[], lacks: readonly string[]): string {
  const name = JSON.stringify(`node:${module}`);
  const properties = lacks
    .filter((each) => each.startsWith(ofDefault("")))
    .map((each) => each.slice(ofDefault("").length));
  const wraps = properties.length > 0 && has.includes("default");
  const exported = has.filter((each) => each !== "default" || !wraps);
  const own = exported.length === 0 ? [] : [`export { ${exported.join(", ")} } from ${name};`];
  if (wraps) own.push(...defaultWith(properties, name));
  const missing = lacks
    .filter((each) => !has.includes(each) && !each.startsWith(ofDefault("")))
    .map((each) => {
      const value = `/* @__PURE__ */ lacking${lackingArguments(module, each)}`;
      return each === "default" ? `export default ${value};` : `export const ${each} = ${value};`;
    });
  if (missing.length === 0) return own.join("\n");
  return [`import { lacking } from "${lackingModule}";`, ...own, ...missing].join("\n");
}

/**
 * Returns the default export of a module, with stubs for the properties that the engine does not
 * implement.
 */
const defaultWith = (properties: readonly string[], name: string): readonly string[] => [
  `import all from ${name};`,
  `import { withLacking } from "${lackingModule}";`,
  `export default /* @__PURE__ */ withLacking(all, ${name}, ${JSON.stringify(properties)});`,
];

/**
 * Returns the name by which {@link Lacks} lists a property that a program reads from a default
 * export.
 */
export const ofDefault = (name: string): string => `default.${name}`;

/**
 * Returns the arguments with which a bundle calls the stub of a missing export. The arguments
 * identify the call, because the bundler may rename the stub.
 */
export const lackingArguments = (module: string, name: string): string =>
  `(${JSON.stringify(`node:${module}`)}, ${JSON.stringify(name)})`;

/**
 * The npm packages whose imports get a module of the engine instead, because the engine does their
 * work itself.
 */
const nativePackages = ["xz-decompress"];
/** The engine's module that replaces the framework's bzip2 decompressor. */
const frameworkBzip2 = "libcnb-bzip2";
/** The layer's module with what stands for functions that it lacks. */
const lackingModule = "lacking";
/**
 * The part of the error message that reports a Node.js module that the small engine does not have.
 */
export const noModule = "has no module";
export const builtin = "node-builtin";
const required = "required-builtin";
const absent = "absent-builtin";

/**
 * Returns the absolute paths of a program's files that use a Node.js module that the small engine
 * lacks. Chunks that no other chunk imports are left out.
 */
export function absentUses({ inputs, outputs }: Metafile, dir: string): ReadonlySet<string> {
  const parts = new Set(Object.keys(outputs).filter((name) => basename(name) === "main.js"));
  for (const part of parts) for (const { path } of outputs[part]?.imports ?? []) if (path in outputs) parts.add(path);
  const used = new Set(
    [...parts].flatMap((part) =>
      Object.entries(outputs[part]?.inputs ?? {}).flatMap(([name, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [name] : [],
      ),
    ),
  );
  const absentOnes = [...used].filter((name) => name.startsWith(`${absent}:`));
  const files = [...used].filter((name) => inputs[name]?.imports.some(({ path }) => absentOnes.includes(path)));
  return new Set(files.map((name) => resolve(dir, name)));
}
