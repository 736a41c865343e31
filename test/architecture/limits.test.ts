import { describe, expect, test } from "vitest";
import { CnbError } from "../../builder-packager/src/errors.ts";
import { type LimitName, limits } from "../../builder-packager/src/limits.ts";
import { parseIndex } from "../../builder-packager/src/oci/document.ts";
import { planProblem } from "../../builder-packager/src/platform/build-plan.ts";
import { decodeBuildToml, decodeLaunchToml } from "../../builder-packager/src/platform/launch-toml.ts";
import { decodeLayerToml } from "../../builder-packager/src/platform/layer-toml.ts";
import { outputLines } from "../../builder-packager/src/platform/output-lines.ts";
import { sliceFiles } from "../../builder-packager/src/platform/slices.ts";
import { projectIssues } from "../../builder-packager/src/project/project-issues.ts";

const times = (name: LimitName, text: string): string => text.repeat(10 * limits[name].most);
const launch = (text: string) => decodeLaunchToml(text, { file: "launch.toml", api: "0.12", buildpackId: "test/it" });
const named = (name: LimitName) => Array.from({ length: 10 * limits[name].most }, (_, index) => ({ name: `${index}` }));
const excluding = (exclude: readonly string[]) => {
  const [issue] = projectIssues({
    schemaVersion: "0.2",
    build: { exclude, env: [], group: [], pre: [], post: [] },
  } as never);
  throw new Error(issue?.message);
};
const problem = (plan: object) => {
  throw new Error(planProblem({ provides: [], requires: [], or: [], ...plan } as never, { id: "test/it" }));
};

/** Ten times each limit that is reached without files, images or servers, and what is said of it. */
const attacks: Partial<Record<LimitName, readonly [attack: () => unknown, said: string]>> = {
  tomlDepth: [() => decodeLayerToml(`[metadata]\n${times("tomlDepth", "a.")}a = 1`, "a.toml"), "more than 100 levels"],
  processes: [() => launch(times("processes", "[[processes]]\n")), "10000 processes, more than 1000"],
  processType: [() => launch(`[[processes]]\ntype = "${times("processType", "a")}"`), "is not the name of a file"],
  labels: [() => launch(times("labels", "[[labels]]\n")), "100000 labels, more than 10000"],
  slices: [() => launch(times("slices", "[[slices]]\n")), "10000 slices, more than 1000"],
  slicePatterns: [
    () => launch(`[[slices]]\npaths = [${times("slicePatterns", '"a",')}]`),
    "100000 patterns, more than 10000",
  ],
  patternBytes: [() => launch(`[[slices]]\npaths = ["${times("patternBytes", "*")}"]`), "40960 bytes, more than 4096"],
  sliceComparisons: [
    () =>
      sliceFiles(
        Array.from({ length: 100_000 }, (_, index) => ({ path: `${index}` })),
        [{ paths: Array.from({ length: 10_000 }, () => "*a") }],
      ),
    "more than 100000000 comparisons",
  ],
  unmet: [() => decodeBuildToml(times("unmet", "[[unmet]]\n"), "build.toml"), "100000 entries, more than 10000"],
  planEntries: [() => problem({ provides: named("planEntries") }), "100000 entries, more than 10000"],
  planAlternatives: [
    () => problem({ or: named("planAlternatives").map(() => ({ provides: [], requires: [] })) }),
    "10000 alternatives, more than 1000",
  ],
  projectPatterns: [
    () => excluding(named("projectPatterns").map(({ name }) => name)),
    "10000 patterns, more than 1000",
  ],
  projectPatternCharacters: [
    () => excluding([times("projectPatternCharacters", "a")]),
    "10240 characters, more than 1024",
  ],
  projectWildcards: [() => excluding([times("projectWildcards", "*a")]), "more than 4 wildcards"],
  document: [() => parseIndex(Buffer.alloc(10 * limits.document.most, " "), "it"), "which is too large"],
  documentDepth: [
    () => parseIndex(Buffer.from(`${times("documentDepth", "[")}${times("documentDepth", "]")}`), "it"),
    "nested too deeply",
  ],
};

describe("ten times a limit is refused within five seconds:", () => {
  test.for(Object.entries(attacks))("%s", async ([, [attack, said]]) => {
    const begun = performance.now();
    const error = await Promise.resolve()
      .then(attack)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect((error as Error | undefined)?.message).toContain(said);
    if (error instanceof CnbError) expect(error.exitCode).not.toBe(70);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

test("ten times the longest line of output is passed on in pieces", () => {
  const lines: string[] = [];
  const output = outputLines((line) => lines.push(line));
  for (let part = 0; part < 20; part++) output.write(Buffer.alloc(limits.outputLine.most / 2, "a"));
  output.end();
  expect(lines.join("").length).toBe(10 * limits.outputLine.most);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(2 * limits.outputLine.most);
});
