import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installCommand, isPresent, needs } from "../needs.mjs";

const root = join(import.meta.dirname, "../..");

/**
 * quick: `npm test`. Leaves out `*.full.test.ts`, and what the machine lacks a program for.
 * full: `npm run test:full`, and vitest called by hand. all: `npm run test:all`, with `*.all.test.ts`.
 */
export type Tier = "quick" | "full" | "all";

export const tier = (process.env["LIBCNB_TEST_TIER"] ?? "full") as Tier;

/** Test files that a tier does not run, as globs. */
export const slower: Readonly<Record<Tier, readonly string[]>> = {
  quick: ["**/*.full.test.ts", "**/*.all.test.ts"],
  full: ["**/*.all.test.ts"],
  all: [],
};

/** A test file, relative to the repository, and what it needs that this machine lacks. */
export interface LeftOut {
  readonly file: string;
  readonly missing: readonly string[];
}

const skipped = /(^|\/)(node_modules|dist)(\/|$)/;

/** The test files of a tier that cannot run here. */
export function leftOut(of: Tier): readonly LeftOut[] {
  const found = new Map<string, boolean>();
  const lacks = (name: string) => {
    const isKnown = found.get(name);
    if (isKnown !== undefined) return !isKnown;
    const answer = isPresent(name);
    found.set(name, answer);
    return !answer;
  };
  const files = globSync("**/*.test.ts", { cwd: root, exclude: (name) => skipped.test(name) }).sort();
  const suffixes = slower[of].map((glob) => glob.replace("**/*", ""));
  return files
    .filter((file) => !suffixes.some((suffix) => file.endsWith(suffix)))
    .map((file) => ({ file, missing: [...needsOf(file)].filter(lacks).sort() }))
    .filter(({ missing }) => missing.length > 0);
}

/**
 * The needs that a test file declares in `// @needs NAME, NAME`, including those of modules that it
 * imports, as far as these are loaded.
 */
export function needsOf(file: string): Set<string> {
  const seen = new Set([file]);
  for (const each of seen) for (const module of linesOf(each).imported) seen.add(module);
  return new Set([...seen].flatMap((each) => linesOf(each).needed));
}

interface Lines {
  readonly needed: readonly string[];
  /** Relative to the repository. */
  readonly imported: readonly string[];
}

const known = new Map<string, Lines>();

function linesOf(file: string): Lines {
  const lines = known.get(file) ?? readLines(file);
  known.set(file, lines);
  return lines;
}

function readLines(file: string): Lines {
  const text = readFileSync(join(root, file), "utf8");
  const needed = [...text.matchAll(/^\/\/ @needs (.+)$/gm)].flatMap(([, names = ""]) => names.split(/,\s*/));
  const imported = [...text.matchAll(loaded)]
    .map(([, specifier = ""]) => join(dirname(file), specifier))
    .filter((each) => existsSync(join(root, each)));
  return { needed, imported };
}

/** Imports of modules of this repository by their path, but for those of types alone. */
const loaded = /(?:^(?:import|export) (?!type\b)[^;"]*|\bimport\()"(\.[^"]+\.ts)"/gm;

/** The omitted tests by file, and the single command that provides the missing programs. */
export function leftOutText(files: readonly LeftOut[]): string {
  if (files.length === 0) return "";
  const names = [...new Set(files.flatMap(({ missing }) => missing))].sort();
  const lines = names.map((name) => `  ${name}: ${needs[name]?.for}`);
  const command = installCommand(names);
  return [
    `Left out: ${files.length} test files, as this machine lacks something that they need.`,
    ...files.map(({ file, missing }) => `  ${file} (${missing.join(", ")})`),
    "What is missing:",
    ...lines,
    ...(command ? ["To run them, too, on Debian as root:", `  ${command}`] : []),
    ...(names.includes("root") ? ["Tests that need root run where root calls npm test."] : []),
    "",
  ].join("\n");
}
