import { dirname, relative, resolve } from "node:path";
import type { Message } from "esbuild";
import { CnbError } from "../../errors.ts";
import { generatedName } from "./entry-source.ts";
import { ownerOf } from "./owner.ts";

/** The names of files shown to the user. */
export interface Naming {
  /** The directory to which the bundler's paths are relative. */
  readonly dir: string;
  /** The directory to which the user's paths are relative. */
  readonly cwd: string;
}

/** All errors at once, each with file, line and column and a hint. */
export function compileError(errors: readonly Message[], naming: Naming): CnbError<"COMPILE_FAILED"> {
  const withoutFramework = errors.some(({ location, text }) => isGenerated(location?.file) && text.includes("libcnb"));
  const hint = withoutFramework
    ? "Put the buildpack into a folder of the workspace, as buildpacks/ are, so that it finds libcnb."
    : "Correct the lines named above; an import that is not found has to be installed first (npm install).";
  return mistakes(
    errors.map((error) => describe(error, naming)),
    hint,
  );
}

/** @param lines one error each, with its position */
export const mistakes = (lines: readonly string[], hint: string): CnbError<"COMPILE_FAILED"> =>
  new CnbError("COMPILE_FAILED", `the buildpack could not be compiled:\n  ${lines.join("\n  ")}`, { hint });

const isGenerated = (file: string | undefined): boolean => file === generatedName;

/** Warnings about code that will not work as intended, except in third-party files. */
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

/** Hints by the bundler's id and text of a message. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /No loader is configured for "\.node" files/,
    "a compiled buildpack cannot load native add-ons; use a package in JavaScript or WebAssembly, or run a program that a layer brings",
  ],
  [
    /No loader is configured for "\.(toml|ya?ml)" files/,
    'write `with { type: "text" }` behind the import and parse the text, or make it JSON',
  ],
  [
    /No loader is configured for/,
    'write `with { type: "text" }` or `with { type: "bytes" }` behind the import, or name the file in include-files of buildpack.toml and read it below buildpack.dir',
  ],
  [/Top-level await is currently not supported/, "await it in detect or build, or in a function that they call"],
  [
    /Could not resolve "(@\/|~\/)/,
    'paths of tsconfig.json are for the type checker only; use a relative import, or "imports" in package.json',
  ],
  [/Could not resolve "bun:/, "the buildpack is run by Node.js"],
  [
    /^(unsupported-dynamic-import|unsupported-require-call|indirect-require): /,
    "when the buildpack runs, it finds modules of Node.js only",
  ],
  [
    /^empty-import-meta: /,
    "files of a compiled buildpack are below buildpack.dir of the context, if include-files of buildpack.toml names them",
  ],
  [/^direct-eval: /, "names of the script are shortened, so what is evaluated may not find them"],
];
