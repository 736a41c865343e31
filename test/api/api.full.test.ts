import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { apiReport, reportedPackages } from "./api-report.ts";
import { atHandIn } from "./at-hand.ts";
import { blocksOf, exampleProblems, examplesOf } from "./examples.ts";
import { entryPoints, exportsOf, programOf } from "./program.ts";
import { unexportedTypes } from "./unexported-types.ts";

describe.for(Object.entries(reportedPackages))("the exports of %s", ([folder, file]) => {
  test("match the API report (npm run docs)", () => {
    expect(readFileSync(join(root, file), "utf8")).toBe(apiReport(folder));
  });

  test("each have an example that compiles", () => {
    const modules = entryPoints(folder);
    const program = programOf(modules.map(({ source }) => source));
    const examples = modules.flatMap((module) => examplesOf(program, module));
    expect(exampleProblems(examples, modules, atHandIn[folder] ?? {})).toEqual([]);
  });

  test("have only exported types in their signatures", () => {
    const all = Object.keys(reportedPackages).flatMap(entryPoints);
    expect(unexportedTypes(all, entryPoints(folder))).toEqual([]);
  });
});

/** Types in the signatures of two entry points. An author imports them from the one that is used. */
const shared: Readonly<Record<string, readonly string[]>> = {
  framework: ["Env", "ProjectBuildpack", "ProjectToml", "ProjectVariable", "Requirement", "Target"],
  "builder-packager": ["ImageSource"],
  templates: [],
};

test.for(Object.keys(reportedPackages))(
  "the package %s exports each value from exactly one entry point, and from two entry points only the types that this test lists",
  (folder) => {
    const modules = entryPoints(folder);
    const program = programOf(modules.map(({ source }) => source));
    const count = new Map<unknown, { readonly name: string; readonly isValue: boolean; times: number }>();
    for (const { source } of modules)
      for (const { name, symbol } of exportsOf(program, source)) {
        const isValue = symbol.valueDeclaration !== undefined;
        count.set(symbol, { name, isValue, times: (count.get(symbol)?.times ?? 0) + 1 });
      }
    const repeated = [...count.values()].filter(({ times }) => times > 1);
    expect(repeated.filter(({ isValue }) => isValue)).toEqual([]);
    expect(repeated.map(({ name }) => name).toSorted()).toEqual(shared[folder]);
  },
);

test("every TypeScript code block in the docs compiles", () => {
  const modules = Object.keys(reportedPackages).flatMap(entryPoints);
  const pages = ["README.md", ...globSync("docs/{guide,how-to,explanation,coming-from}/*.md", { cwd: root }).sort()];
  const blocks = pages.flatMap((page) => blocksOf(page, readFileSync(join(root, page), "utf8")));
  expect(exampleProblems(blocks, modules, atHandIn.framework ?? {})).toEqual([]);
});

test("every TypeScript code block about exec.d programs has the imports that it needs", () => {
  const page = "docs/how-to/exec-d.md";
  const blocks = blocksOf(page, readFileSync(join(root, page), "utf8"));
  expect(blocks.length).toBeGreaterThan(0);
  expect(exampleProblems(blocks, [], {})).toEqual([]);
});

test("an example that does not compile is reported", () => {
  const modules = entryPoints("framework");
  const broken = { module: "libcnb", name: "pass", code: "pass({ provide: [] })" };
  expect(exampleProblems([broken, { ...broken, code: undefined }], modules, {})).toEqual([
    "libcnb pass: Object literal may only specify known properties, but 'provide' does not exist in type 'DetectPlan'. Did you mean to write 'provides'?",
    "libcnb pass: has no example",
  ]);
});
