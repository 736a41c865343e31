// @needs processes
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type RuleCode, ruleCatalogue, ruleOf } from "./catalogue.ts";
import { descriptorFiles } from "./descriptor-files.ts";
import { fix } from "./fix.ts";
import { type LintResult, lint } from "./lint.ts";
import { cleanProject, examples, type Files } from "./testing/examples.ts";

const root = join(import.meta.dirname, "../../..");

/** A project in a directory of its own, which finds the packages of the repository. */
async function projectOf(files: Files): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "lint-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await symlink(join(root, "node_modules"), join(dir, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

const unreachable = async (uri: string) => (uri.includes("gone-") ? "404 Not Found" : undefined);

/** Types and the engine's imports take most of the time, so they are checked for their own rules only. */
async function lintIn(dir: string, rule?: RuleCode): Promise<LintResult> {
  const files = await descriptorFiles([dir]);
  const slow = { types: rule === "type-error", engine: rule === "runtime-import" };
  return lint(files, { cwd: dir, now: Date.parse("2026-11-25"), ...slow, unreachable });
}

const counted = ({ findings }: LintResult) => findings.filter(({ suppressed }) => suppressed === undefined);
const rulesOf = (result: LintResult): readonly RuleCode[] => [...new Set(counted(result).map(({ rule }) => rule))];

type Entries = [RuleCode, (typeof examples)[RuleCode]][];

describe.each(Object.entries(examples) as Entries)("the lint rule %s", (rule, { bad, good }) => {
  test("is the only rule that reports its bad example", async () => {
    const result = await lintIn(await projectOf(bad.files), rule);
    expect(rulesOf(result)).toEqual([rule]);
  });

  test("accepts its good example, and so do all other rules", async () => {
    const result = await lintIn(await projectOf(good.files), rule);
    expect(counted(result)).toEqual([]);
  });
});

const fixed = Object.entries(examples).filter(([, { isFixed }]) => isFixed) as Entries;

test.each(fixed)(
  "cnb lint --fix converts the bad example of the rule %s into the good one",
  async (_, { bad, good }) => {
    const dir = await projectOf(bad.files);
    expect(await fix(await lintIn(dir))).toBeGreaterThan(0);
    expect(await readFile(join(dir, bad.file), "utf8")).toBe(good.files[good.file]);
  },
);

test("each fixable lint rule has an example that --fix corrects", () => {
  const fixable = (Object.keys(ruleCatalogue) as RuleCode[]).filter((code) => ruleOf(code).fixable);
  expect(
    Object.entries(examples)
      .flatMap(([code, { isFixed }]) => (isFixed ? [code] : []))
      .toSorted(),
  ).toEqual(fixable.toSorted());
});

test("a cnb-lint-ignore comment is not reported as unused if another error prevents the check of its rule", async () => {
  const { bad } = examples["suppression-unused"];
  const text = bad.files["buildpack.toml"]?.replace("version =", "verson =") ?? "";
  const result = await lintIn(await projectOf({ ...bad.files, "buildpack.toml": text }));
  expect(rulesOf(result)).toEqual(["unknown-key"]);
});

test("cnb lint reports nothing about a project without mistakes", async () => {
  expect((await lintIn(await projectOf(cleanProject))).findings).toEqual([]);
});

test("a buildpack that neither an order nor [system.pre] of builder.toml names is reported", async () => {
  const builder = (system: string) =>
    `[[buildpacks]]
uri = "hello"

[[buildpacks]]
uri = "certificates"

[[order]]
[[order.group]]
id = "acme/hello"
version = "1.0.0"
${system}
[build]
image = "example.com/build"

[[run.images]]
image = "example.com/run"
`;
  const named = `
[[system.pre.buildpacks]]
id = "acme/certificates"
version = "1.0.0"
`;
  const messages = async (system: string) => {
    const texts = Object.entries(cleanProject).flatMap(([path, text]) => [
      [`hello/${path}`, text],
      [`certificates/${path}`, text.replaceAll("acme/hello", "acme/certificates")],
    ]);
    const result = await lintIn(await projectOf({ ...Object.fromEntries(texts), "builder.toml": builder(system) }));
    return counted(result).map(({ message }) => message);
  };
  expect(await messages("")).toEqual(["buildpacks[1]: no order names acme/certificates"]);
  expect(await messages(named)).toEqual([]);
});
