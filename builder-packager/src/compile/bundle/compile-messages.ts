import { dirname, relative, resolve } from "node:path";
import type { Message } from "esbuild";
import { CnbError } from "../../errors.ts";
import { generatedName } from "./entry-source.ts";
import { ownerOf } from "./owner.ts";

/**
 * Two directories for converting file names: the bundler's messages name files relative to `dir`,
 * and the messages of cnb name files relative to `cwd`.
 */
export interface Naming {
  /** The directory to which the bundler's paths are relative. */
  readonly dir: string;
  /** The directory to which file names in messages are relative. */
  readonly cwd: string;
}

/**
 * Creates a single error from the bundler's messages. The error shows the file, line and column of
 * each message.
 */
export function compileError(errors: readonly Message[], naming: Naming): CnbError<"COMPILE_FAILED"> {
  return mistakes(
    errors.map((error) => describe(error, naming)),
    hintFor(errors),
  );
}

function hintFor(errors: readonly Message[]): string {
  if (errors.some(({ location, text }) => isGenerated(location?.file) && text.includes("libcnb")))
    return "Install libcnb (npm install libcnb), or put the buildpack into a directory of a workspace that has it.";
  if (errors.some(({ text }) => text.includes("engine of exec.d programs")))
    return "Use the modules in docs/how-to/exec-d.md: programs in exec.d run on a smaller variant of the engine.";
  return "Correct the lines named above. If an import is not found, install its package with npm install.";
}

/**
 * Creates the error for invalid sources. @param lines one line for each mistake, with its position
 */
export const mistakes = (lines: readonly string[], hint: string): CnbError<"COMPILE_FAILED"> =>
  new CnbError("COMPILE_FAILED", `the buildpack could not be compiled:\n  ${lines.join("\n  ")}`, { hint });

const isGenerated = (file: string | undefined): boolean => file === generatedName;

/**
 * Formats the bundler's warnings about code that will not work as intended. Warnings about files of
 * packages are left out.
 */
export function compileWarnings(warnings: readonly Message[], naming: Naming): readonly string[] {
  const own = warnings.filter(({ location }) => location && isAuthors(resolve(naming.dir, location.file)));
  return [...new Set(own.map((warning) => describe(warning, naming)))];
}

function isAuthors(file: string): boolean {
  const owner = ownerOf(dirname(file));
  return !owner?.isInstalled && owner?.manifest.name !== "libcnb";
}

/** Formats `src/buildpack.ts:3:21: Could not resolve "x"`; columns count from 1, as in editors. */
function describe({ id, location, text }: Message, { dir, cwd }: Naming): string {
  const explanation = explanations.find(([pattern]) => pattern.test(`${id}: ${text}`))?.[1];
  const reported = explanation === undefined ? text : `${text}: ${explanation}`;
  if (!location) return reported;
  const file = isGenerated(location.file) ? location.file : relative(cwd, resolve(dir, location.file));
  return `${file}:${location.line}:${location.column + 1}: ${reported}`;
}

/** Explanations of messages, by a pattern for the bundler's id and text. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /No loader is configured for "\.node" files/,
    "a compiled buildpack cannot load native add-ons; use a package in JavaScript or WebAssembly, or run a program from a layer",
  ],
  [
    /No loader is configured for "\.(toml|ya?ml)" files/,
    'write `with { type: "text" }` after the import and parse the text, or convert the file to JSON',
  ],
  [
    /No loader is configured for/,
    'write `with { type: "text" }` or `with { type: "bytes" }` after the import, or add the file to include-files in buildpack.toml and read it below buildpack.dir',
  ],
  [/Top-level await is currently not supported/, "use await in detect or build, or in a function that they call"],
  [
    /Could not resolve "(@\/|~\/)/,
    'paths of tsconfig.json are for the type checker only; use a relative import, or "imports" in package.json',
  ],
  [/Could not resolve "bun:/, "the buildpack runs on Node.js, which has no modules of Bun"],
  [
    /^(unsupported-dynamic-import|unsupported-require-call|indirect-require): /,
    "a compiled buildpack can load only built-in modules of Node.js at run time",
  ],
  [
    /^empty-import-meta: /,
    "read files below buildpack.dir of the context, and add them to include-files in buildpack.toml",
  ],
  [/^direct-eval: /, "the compiler shortens names in the script, so evaluated code may not find them"],
];
