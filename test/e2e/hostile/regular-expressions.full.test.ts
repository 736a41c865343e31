// @needs processes
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { engineOfHost, nodeLayerDir } from "../../../builder-packager/src/compile/small/engine.ts";
import { sourcesIn } from "../../architecture/imports.ts";
import { execute, root } from "../../support/cnb.ts";
import { type Expression, expressionsIn } from "../../support/small/regular-expressions.ts";
import type { Attack } from "../../support/small/slow-texts.ts";

/*
 * An app's files, an index or the output of a tool may contain texts that keep a regular expression busy: with one that takes
 * time in the square of the length, a line of a megabyte takes hours. The engine counts the steps of each regular expression on
 * texts of growing length, so the result does not depend on the machine.
 *
 * An expression that ends in `a+$` tries each `a` as the first one. `(?<!a)a+$` tries only those that have none before them.
 */

/** Expressions that may take longer than their text is long, and what keeps the text short. */
const bounded: Readonly<Record<string, string>> = {
  "java-build/src/gradle/modules.ts": "the text ends with the last end of a comment",
  "java-build/src/gradle/project.ts": "the text is a setting of the user",
  "java-build/src/maven/poms.ts": "the text ends with the last end of a comment",
  "java-engine/src/files/gradle-script.ts": "200,000 characters of the text are read, in parts of 10,000",
  "node-packages/src/pnpm/test-pnpm.ts": "the text is one of a test",
  "node-packages/src/yarn-berry/settings.ts": "the text ends with the last end of a variable",
  "python-packages/src/choice/misspelt.ts": "the text is the name of a file",
};

/** Their texts are outputs of tools, of which `plain` leaves 2,000 characters of each line. */
const readsShortLines =
  /^(?:java-build|node-packages)\/src\/failures\/|^python-start\/src\/django\/collect-static-failed\.ts$/;

const inLines = ([prefix, pump, suffix]: Attack): Attack => [prefix, `${pump}\n`, suffix];

const dir = mkdtempSync(join(tmpdir(), "regular-expressions-"));
afterAll(() => rmSync(dir, { recursive: true }));

interface Slow {
  readonly growth: string;
  readonly attack: readonly string[];
}

/** The expressions that are slow, with a text that shows it. */
async function slowOf(expressions: readonly Expression[]): Promise<readonly (Slow & { readonly at: number })[]> {
  const [work, result] = [join(dir, "work.json"), join(dir, "result.json")];
  writeFileSync(work, JSON.stringify(expressions));
  const tool = join(nodeLayerDir(), "conformance", "regular-expressions.mjs");
  const { exitCode, stderr } = await execute(await engineOfHost(process.env), ["run", tool, work, result]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  const found: readonly (Slow | null)[] = JSON.parse(readFileSync(result, "utf8"));
  return found.flatMap((slow, at) => (slow === null ? [] : [{ ...slow, at }]));
}

test.for([
  ["a+$", "polynomial"],
  ["^#\\s*(\\w+)\\s*=\\s*(.+?)\\s*$", "polynomial"],
  ["<(a|b|ab)*>", "exponential"],
  ["^(\\w+\\s?)*$", "exponential"],
  ["x\\s*y\\s*\\s*z", "polynomial"],
] as const)(
  "the check for slow regular expressions reports the worst-case time of /%s/ as %s",
  async ([source, growth]) => {
    expect(await growthOf(source)).toBe(growth);
  },
);

test.for(["(?<!a)a+$", "^[\\w.-]+(?:\\[[^\\]]*\\])?\\s*@(.*)$"])(
  "the check for slow regular expressions accepts /%s/, whose time is in proportion to the text",
  async (source) => {
    expect(await growthOf(source)).toBe(undefined);
  },
);

/** How the time of the only expression grows, if it is slow. */
async function growthOf(source: string): Promise<string | undefined> {
  const expressions = expressionsIn("source.ts", `export const found = new RegExp(${JSON.stringify(source)});`);
  expect(expressions).toHaveLength(1);
  const [slow] = await slowOf(expressions);
  return slow?.growth;
}

test("regular expressions of the framework and the buildpacks take time in proportion to the text", async () => {
  const files = ["framework", "buildpacks"].flatMap((folder) =>
    sourcesIn(join(root, folder)).map((file) => ({ file, path: join(root, folder, file) })),
  );
  const all = files.flatMap(({ file, path }) =>
    expressionsIn(file, readFileSync(path, "utf8")).map(({ attacks, ...expression }) => ({
      file,
      expression: { ...expression, attacks: readsShortLines.test(file) ? attacks.map(inLines) : attacks },
    })),
  );
  expect(all.length).toBeGreaterThan(1000);
  const slow = await slowOf(all.map(({ expression }) => expression));
  const found = slow.map(({ at, growth, attack }) => {
    const { file, expression } = all[at] ?? {};
    return { file, expression: `/${expression?.source}/${expression?.flags}`, growth, attack };
  });
  expect(found.filter(({ file = "" }) => !(file in bounded))).toEqual([]);
  expect([...new Set(found.map(({ file = "" }) => file))].sort()).toEqual(Object.keys(bounded));
});
