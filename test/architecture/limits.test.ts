import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CnbError } from "../../builder-packager/src/errors.ts";
import { orderTree } from "../../builder-packager/src/inspect/builders/order-tree.ts";
import { TreeBudget } from "../../builder-packager/src/inspect/tree/tree-budget.ts";
import { type LimitName, limits } from "../../builder-packager/src/limits.ts";
import { parseIndex } from "../../builder-packager/src/oci/model/document.ts";
import { refuseLargeConfig } from "../../builder-packager/src/platform/export/config-size.ts";
import { planProblem } from "../../builder-packager/src/platform/formats/build-plan.ts";
import { parseBuildToml, parseLaunchToml } from "../../builder-packager/src/platform/formats/launch-toml.ts";
import { parseLayerToml } from "../../builder-packager/src/platform/formats/layer-toml.ts";
import { readEnvDirectory } from "../../builder-packager/src/platform/phases/env-directory.ts";
import { sliceFiles } from "../../builder-packager/src/platform/phases/slices.ts";
import { ScanBudget } from "../../builder-packager/src/policy/secrets/scan-budget.ts";
import { fileFilter } from "../../builder-packager/src/project/file-filter.ts";
import { projectIssues } from "../../builder-packager/src/project/project-issues.ts";
import { imageBudget, layerBudget } from "../../builder-packager/src/tar/entry-budget.ts";
import { root } from "../support/cnb.ts";
import type { Attacks } from "../support/limits/attack.ts";
import { fileAttacks } from "../support/limits/files.ts";
import { serverAttacks } from "../support/limits/servers.ts";

const times = (name: LimitName, text: string): string => text.repeat(10 * limits[name].most);
const launch = (text: string) => parseLaunchToml(text, { file: "launch.toml", api: "0.12", buildpackId: "test/it" });
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

/** An env directory with so many files of so many bytes. */
const env = (files: number, size: number) =>
  readEnvDirectory(
    {
      find: async () => ({ kind: "directory", hostPath: "/env", root: "/env", size: 0, mode: 0o755 }),
      stat: async (path) => ({
        kind: path === "/env" ? "directory" : "file",
        hostPath: path,
        root: "/env",
        size: 0,
        mode: 0o755,
      }),
      lstat: async (path) => ({ isDirectory: path === "/env", hostPath: path }),
      list: async () => Array.from({ length: files }, (_, index) => `${index}`),
      readText: async () => "a".repeat(size),
      readBytesAsText: async () => "a".repeat(size),
    },
    "/env",
  );
/** Composite buildpacks, each with the next one in its order. */
const nested = (levels: number) =>
  Object.fromEntries(
    Array.from({ length: levels }, (_, index) => [
      `${index}`,
      { 1: { api: "0.10", order: [{ group: [{ id: `${index + 1}`, version: "1" }] }] } },
    ]),
  ) as never;

/** Ten times each limit that is reached without files, images or servers, and what is said of it. */
const textAttacks: Attacks = {
  tomlDepth: [() => parseLayerToml(`[metadata]\n${times("tomlDepth", "a.")}a = 1`, "a.toml"), "more than 100 levels"],
  processes: [() => launch(times("processes", "[[processes]]\n")), "10000 processes, but at most 1000"],
  processType: [
    () => launch(`[[processes]]\ntype = "${times("processType", "a")}"`),
    "cannot be a file name in /cnb/process",
  ],
  labels: [() => launch(times("labels", "[[labels]]\n")), "100000 labels, but at most 10000"],
  appConfig: [
    () =>
      refuseLargeConfig({
        architecture: "amd64",
        os: "linux",
        config: { Labels: { short: "a", long: times("appConfig", "a") } },
        rootfs: { type: "layers", diff_ids: [] },
      }),
    "bytes, but at most 8388608",
  ],
  slices: [() => launch(times("slices", "[[slices]]\n")), "10000 slices, but at most 1000"],
  slicePatterns: [
    () => launch(`[[slices]]\npaths = [${times("slicePatterns", '"a",')}]`),
    "100000 patterns, but at most 10000",
  ],
  patternBytes: [
    () => launch(`[[slices]]\npaths = ["${times("patternBytes", "*")}"]`),
    "40960 bytes, but at most 4096",
  ],
  sliceComparisons: [
    () =>
      sliceFiles(
        Array.from({ length: 100_000 }, (_, index) => ({ path: `${index}` })),
        [{ paths: Array.from({ length: 10_000 }, () => "*a") }],
      ),
    "more than 100000000 comparisons",
  ],
  unmet: [() => parseBuildToml(times("unmet", "[[unmet]]\n"), "build.toml"), "100000 entries, but at most 10000"],
  planEntries: [() => problem({ provides: named("planEntries") }), "100000 entries, more than 10000"],
  planAlternatives: [
    () => problem({ or: named("planAlternatives").map(() => ({ provides: [], requires: [] })) }),
    "10000 alternatives, more than 1000",
  ],
  envFiles: [() => env(10 * limits.envFiles.most, 0), "100000 files, but at most 10000"],
  envBytes: [() => env(10, limits.envBytes.most), "more than 16777216 bytes together"],
  orderMembers: [
    () => orderTree([{ group: named("orderMembers").map(({ name }) => ({ id: name })) as never }], {}, { where: "it" }),
    "more than 10000 members",
  ],
  orderDepth: [
    () =>
      orderTree([{ group: [{ id: "0", version: "1" }] as never }], nested(10 * limits.orderDepth.most), {
        where: "it",
      }),
    "or 100 levels",
  ],
  listedNodes: [
    () => {
      const budget = new TreeBudget();
      for (let left = 10 * limits.listedNodes.most; left > 0; left--) budget.take("a");
    },
    "cannot be inspected file by file",
  ],
  checkedFiles: [
    () => {
      const budget = new ScanBudget();
      for (let left = 10 * limits.checkedFiles.most; left > 0; left--) budget.take(0);
    },
    "the image to check has more than 2000000 files",
  ],
  checkedBytes: [
    () => new ScanBudget().take(10 * limits.checkedBytes.most),
    "more than 68719476736 bytes of unpacked files",
  ],
  imageFiles: [
    () => {
      const budget = imageBudget();
      for (let left = 10 * limits.imageFiles.most; left > 0; left--) budget.take("a");
    },
    "the image has more than 2000000 files",
  ],
  imagePaths: [
    () => {
      const budget = imageBudget();
      const path = "a".repeat(limits.memberPath.most);
      for (let left = 10 * limits.imagePaths.most; left > 0; left -= path.length) budget.take(path);
    },
    "paths of more than 536870912 bytes together",
  ],
  layerFiles: [
    () => {
      const budget = layerBudget("/workspace");
      for (let left = 10 * limits.layerFiles.most; left > 0; left--) budget.take("a");
    },
    "/workspace has more than 1000000 files",
  ],
  layerPaths: [
    () => {
      const budget = layerBudget("/workspace");
      const path = "a".repeat(limits.memberPath.most);
      for (let left = 10 * limits.layerPaths.most; left > 0; left -= path.length) budget.take(path);
    },
    "paths of more than 268435456 bytes together",
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
  projectComparisons: [
    () => {
      const { isExcluded } = fileFilter({
        include: undefined,
        exclude: named("projectPatterns").map(({ name }) => name),
      });
      for (let file = 0; file < limits.projectComparisons.most; file++) isExcluded?.("0", "file");
    },
    "more than 100000000 comparisons",
  ],
  document: [() => parseIndex(Buffer.alloc(10 * limits.document.most, " "), "it"), "the index of it is too large"],
  documentDepth: [
    () => parseIndex(Buffer.from(`${times("documentDepth", "[")}${times("documentDepth", "]")}`), "it"),
    "more levels of nested JSON than cnb allows",
  ],
};

const attacks: Attacks = { ...textAttacks, ...fileAttacks, ...serverAttacks };

/** The message of an error, including its causes. */
function saidIn(error: unknown): string {
  if (error instanceof Error) return `${error.message}\n${saidIn(error.cause)}`;
  return typeof error === "string" ? error : "";
}

describe("for untrusted input,", () => {
  test.for(Object.entries(attacks))(
    "input ten times larger than the limit %s is refused within ten seconds",
    async ([name, [attack, said]]) => {
      const dir = await mkdtemp(join(tmpdir(), "cnb-limits-"));
      onTestFinished(() => rm(dir, { recursive: true, force: true }));
      const begun = process.cpuUsage();
      const error = await Promise.resolve()
        .then(() => attack(dir))
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(saidIn(error)).toContain(said);
      // Errors of other classes get their code where the file's owner is known.
      if (error instanceof CnbError) expect(limits[name as LimitName].code).toContain(error.code);
      const { user, system } = process.cpuUsage(begun);
      expect((user + system) / 1e6).toBeLessThan(10); // of the processor: other work on the machine does not count
    },
  );
});

/** Tests that exceed the other limits with the files, images and servers that these need. */
const testedInFiles: Partial<Record<LimitName, readonly [file: string, part: string]>> = {
  outputLine: [
    "builder-packager/src/platform/phases/output-lines.test.ts",
    "a line of output that is ten times longer than the limit is split",
  ],
  textFile: ["test/e2e/builds/malformed-outputs.test.ts", "an env file that is too large"],
  buildpackArchive: ["builder-packager/src/tar/read.test.ts", "if it is larger than allowed"],
  lifecycleArchive: ["builder-packager/src/tar/read.test.ts", "if it has endless members without content"],
  pages: ["builder-packager/src/oci/registry/protocol.test.ts", "with an endless list of pages are an error"],
  redirects: ["builder-packager/src/oci/registry/protocol.test.ts", "in an endless loop"],
  retryAfter: ["builder-packager/src/oci/registry/faults.full.test.ts", '"retry-after": "3600"'],
};

test("each limit has one test that exceeds it", () => {
  const tested = [...Object.keys(attacks), ...Object.keys(testedInFiles)];
  expect(tested.sort()).toEqual(Object.keys(limits).sort());
});

test.for(Object.entries(testedInFiles))("the test that exceeds the limit %s exists", async ([, [file, part]]) => {
  expect(await readFile(join(root, file), "utf8")).toContain(part);
});
