import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { rowCount } from "../support/conformance/row-count.ts";
import { type ConformanceResult, conformancePage } from "./conformance-page.ts";

const root = join(import.meta.dirname, "../..");
const page = join(root, "docs/conformance.md");

/** Keeps docs/conformance.md equal to what a complete run of the rows says: `npm run docs` writes it, any other run compares. */
export class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    // Other comparisons with generated inputs, as with pack, are not about the specification.
    const results = modules.flatMap(resultsOf).filter(({ file }) => file.startsWith("test/conformance/"));
    if (new Set(results.flatMap(({ row }) => row ?? [])).size < rowCount) return; // a filtered run knows too little
    const text = conformancePage(results);
    if (process.env.LIBCNB_WRITE_DOCS === "1") writeFileSync(page, text);
    else if (readFileSync(page, "utf8") !== text) fail();
  }
}

const resultsOf = (module: TestModule): ConformanceResult[] =>
  [...module.children.allTests()].flatMap((test) => {
    const { conformance } = test.meta();
    if (conformance === undefined) return [];
    const passed = test.result().state === "passed";
    return { ...conformance, file: relative(root, module.moduleId), name: test.fullName, passed };
  });

function fail(): void {
  process.stderr.write("ERROR: docs/conformance.md is not what this run shows; run npm run docs and commit the page\n");
  process.exitCode = 1;
}
