import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCatalogue as framework } from "libcnb/internal";
import { describe, expect, test } from "vitest";
import { catalogue as packager } from "../../builder-packager/src/errors.ts";
import { appNames, type Comparison } from "../bench/comparison/results.ts";
import { comparisonFiles } from "../scripts/comparison/page.ts";
import { diagramFiles } from "../scripts/diagrams/pages.ts";
import { enginePage, withEngineModules } from "../scripts/engine-page.ts";
import { errorsPage, probePage, withProbeTables } from "../scripts/generated-docs.ts";
import { limitsPage } from "../scripts/limits-page.ts";
import { partReadmes } from "../scripts/part-readmes.ts";
import { pictures, textOf } from "../scripts/recording/recording.ts";
import { keyDifferences } from "../scripts/reference/file-keys.ts";
import { files } from "../scripts/reference/files.ts";
import { referencePages } from "../scripts/reference/pages.ts";
import { comparable, shownLogs } from "../support/apps/shown-logs.ts";
import { root } from "../support/cnb.ts";
import { allowed } from "../support/pack/pack-differences.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

test("docs/errors.md is up to date (`npm run docs`)", () => {
  expect(read("docs/errors.md")).toBe(errorsPage());
});

test("every error code has an anchor in docs/errors.md", () => {
  const anchors = Array.from(read("docs/errors.md").matchAll(/<a id="([^"]+)">/g), ([, id]) => id);
  const codes = [...Object.keys(packager).map((code) => `cnb-${code}`), ...Object.keys(framework)];
  expect(anchors.toSorted()).toEqual(codes.map((code) => code.toLowerCase()).toSorted());
});

test("docs/guide/limits.md is up to date (`npm run docs`)", () => {
  expect(read("docs/guide/limits.md")).toBe(limitsPage());
});

test("docs/comparison.md and its pictures show docs/comparison.json (`npm run docs`)", () => {
  const expected = comparisonFiles();
  expect(Object.fromEntries(Object.keys(expected).map((file) => [file, read(file)]))).toEqual(expected);
});

test("docs/comparison.json has apps in the order of the suite, and names no host and no path", () => {
  const text = read("docs/comparison.json");
  const measured = (JSON.parse(text) as Comparison).apps.map(({ app }) => app);
  expect(measured).toEqual(appNames.filter((app) => measured.includes(app)));
  expect(measured.length).toBeGreaterThan(0);
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|"\/|:\/\//);
});

test("docs/guide/engine.md lists the Node.js modules of the small engine (`npm run docs`)", async () => {
  expect(read(enginePage)).toBe(await withEngineModules());
});

test("decision 0007 gives a reason for each difference from pack that the parity test permits", () => {
  const rows = read("docs/decisions/0007-differences-from-pack.md").matchAll(/^\| ([^|]+) \|.*\|.*\|$/gm);
  const titles = Array.from(rows, ([, title]) => title).slice(1);
  expect(titles.sort()).toEqual([...new Set(allowed.map(({ title }) => title))].sort());
});

test("the READMEs of the packager's directories list the modules that other directories import (`npm run docs`)", () => {
  const expected = partReadmes();
  expect(Object.fromEntries(Object.keys(expected).map((file) => [file, read(file)]))).toEqual(expected);
});

test("docs/reference, tables of variables in READMEs and docs/diagrams are up to date (`npm run docs`)", async () => {
  const expected = { ...(await referencePages()), ...diagramFiles() };
  expect(Object.fromEntries(Object.keys(expected).map((file) => [file, read(file)]))).toEqual(expected);
});

test.each(Object.values(files))(
  "the reference page of $name documents exactly the keys that the parser accepts",
  (file) => {
    expect(keyDifferences(file)).toEqual([]);
  },
);

test("the sandbox probe's tables in the guide are up to date (`npm run docs`)", () => {
  expect(read(probePage)).toBe(withProbeTables());
});

test("the README shows the smallest template unchanged", () => {
  expect(read("README.md")).toContain(read("templates/minimal/src/buildpack.ts").trim());
});

test("the README is a front page of at most 90 lines and 500 words", () => {
  const readme = read("README.md").trim();
  expect(readme.split("\n").length).toBeLessThanOrEqual(90);
  expect(readme.split(/\s+/).length).toBeLessThanOrEqual(500);
});

describe("the README's recording", () => {
  const isOfTheMachine = (line: string) =>
    line === "" || /^( +Unpacking | +Previous image: |sha256:|\$ cnb )/.test(line);
  const linesOf = (text: string) =>
    text
      .split("\n")
      .filter((line) => !isOfTheMachine(line))
      .map(comparable);
  const [first, unchanged] = shownLogs(read("docs/guide/build-logs.md"), "Node.js");
  const guide = linesOf(`${first}\n${unchanged}`);

  test.each(Object.values(pictures))("%s shows the build logs of the guide (npm run docs:recording)", (picture) => {
    const shown = linesOf(textOf(read(picture)).join("\n"));
    // the picture ends a line that is too long for it with an ellipsis
    expect(shown).toEqual(
      guide.map((line, index) => {
        const width = shown[index]?.indexOf("…") ?? -1;
        return width < 0 ? line : `${line.slice(0, width)}…`;
      }),
    );
  });
});

test("no buildpack error has exit code 100, the code of a failed detection", () => {
  expect(Object.entries(framework).filter(([, { exitCode }]) => Number(exitCode) === 100)).toEqual([]);
});

test("every error code of the packager is used", () => {
  const sources = ["src", "static"]
    .flatMap((dir) =>
      readdirSync(join(root, "builder-packager", dir), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "errors.ts")
        .map((file) => read(`builder-packager/${dir}/${file}`)),
    )
    .join("\n");
  expect(Object.keys(packager).filter((code) => code !== "INTERNAL" && !sources.includes(`"${code}"`))).toEqual([]);
});

test("decision records have consecutive numbers", () => {
  const numbers = readdirSync(join(root, "docs/decisions")).map((name) => Number(name.slice(0, 4)));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
});

test("SECURITY.md refers only to code and tests that exist", () => {
  const rows = [...read("SECURITY.md").matchAll(/^\| [^|]+ \| [^|]+ \| (`[^|]+`) \| (`[^|]+`) \|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  const named = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path);
  const isCode = (path: string) => existsSync(join(root, "builder-packager/src", path));
  const isTest = (path: string) =>
    ["test", "builder-packager/src"].some((dir) =>
      [".test.ts", ".full.test.ts"].some((suffix) => existsSync(join(root, dir, path + suffix))),
    );
  expect({
    code: rows.flatMap(([, code]) => named(code)).filter((path) => !isCode(path)),
    tests: rows.flatMap(([, , tests]) => named(tests)).filter((path) => !isTest(path)),
  }).toEqual({ code: [], tests: [] });
});
