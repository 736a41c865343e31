import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installCommand, isThere, needs } from "../needs.mjs";

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
    const answer = isThere(name);
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

/** What a test file says in `// @needs NAME, NAME`, or a module of tests that it imports. */
export function needsOf(file: string, seen: Set<string> = new Set()): Set<string> {
  seen.add(file);
  const text = readFileSync(join(root, file), "utf8");
  const own = [...text.matchAll(/^\/\/ @needs (.+)$/gm)].flatMap(([, names = ""]) => names.split(/,\s*/));
  const imported = [...text.matchAll(/(?:from|import\(|import) ?"(\.[^"]+\.ts)"/g)]
    .map(([, specifier = ""]) => join(dirname(file), specifier))
    .filter((each) => /(^|\/)(test|testing)(\/|-[^/]*$)/.test(each) && !seen.has(each) && existsSync(join(root, each)));
  return new Set([...own, ...imported.flatMap((each) => [...needsOf(each, seen)])]);
}

/** What was left out, by file, and the one command that brings what is missing. */
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
