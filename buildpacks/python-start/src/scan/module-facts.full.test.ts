// @needs python3
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ModuleFacts, moduleFacts, type Value } from "./module-facts.ts";

/** The facts of a module, as the reference in Python prints them. */
interface Facts {
  readonly path: string;
  readonly names: Readonly<Record<string, readonly (string | boolean)[]>>;
  readonly imports: readonly string[];
  readonly stars: readonly string[];
  readonly called: readonly string[];
  /** The methods that are called on an expression: their names only. */
  readonly methods: readonly string[];
  readonly hasMain: boolean;
}

const python = (args: readonly string[], input = ""): string =>
  execFileSync("python3", args, { input, encoding: "utf8", maxBuffer: 256 * 1024 ** 2 });

function standardLibrary(): readonly string[] {
  const dir = python(["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"]).trim();
  const isTest = (path: string): boolean => /(?:^|\/)(?:tests?|idle_test|site-packages|dist-packages)\//.test(path);
  return globSync("**/*.py", { cwd: dir })
    .filter((path) => !isTest(path))
    .map((path) => join(dir, path));
}

function comparable(value: Value): readonly (string | boolean)[] {
  switch (value.kind) {
    case "call":
      return ["call", value.callee];
    case "name":
      return ["name", value.name];
    case "import":
      return ["import", value.name === undefined ? value.module : `${value.module}:${value.name}`];
    case "function":
      return ["function", value.needsArguments];
    case "unknown":
      return ["unknown"];
  }
}

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

/** The names of methods are left out: `("a").join()` and `join()` are different calls for Python alone. */
const withoutMethods = (called: Iterable<string>, methods: readonly string[]): readonly string[] =>
  sorted([...called].filter((name) => !methods.includes(name.split(".")[0] ?? "")));

const namesAndCalls = (facts: ModuleFacts, methods: readonly string[]) => ({
  names: Object.fromEntries([...facts.names].map(([name, value]) => [name, comparable(value)])),
  called: withoutMethods(facts.called, methods),
});

test("the names, imports and calls read from modules of the standard library equal those that Python's own parser finds", {
  timeout: 120_000,
}, () => {
  const files = standardLibrary();
  const lines = python([join(import.meta.dirname, "test-ast-facts.py")], files.join("\n"))
    .trim()
    .split("\n");
  const references = lines.map((line): Facts => JSON.parse(line));
  expect(references.length).toBe(files.length);
  expect(files.length).toBeGreaterThan(300);

  const different = references.filter((reference) => {
    const facts = moduleFacts(readFileSync(reference.path, "utf8"));
    expect({ path: reference.path, ...importsOf(facts) }).toEqual({
      path: reference.path,
      imports: reference.imports,
      stars: reference.stars,
      hasMain: reference.hasMain,
    });
    const expected = {
      names: reference.names,
      called: withoutMethods(reference.called, reference.methods),
    };
    return !equal(namesAndCalls(facts, reference.methods), expected);
  });
  // Calls of an object in parentheses, such as (a).b(), and assignments to several tuples are read less exactly.
  expect(different.length / files.length).toBeLessThan(0.01);
});

const importsOf = ({ imports, stars, hasMain }: ModuleFacts) => ({
  imports: sorted(imports),
  stars: sorted(stars),
  hasMain,
});

function equal(actual: unknown, expected: unknown): boolean {
  try {
    expect(actual).toEqual(expected);
    return true;
  } catch {
    return false;
  }
}
