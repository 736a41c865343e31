import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { help } from "../../templates/src/help.ts";
import { root } from "../support/cnb.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

const published = globSync(["*/package.json", "buildpacks/*/package.json"], { cwd: root })
  .filter((file) => JSON.parse(read(file)).private !== true)
  .map(dirname)
  .toSorted();
const buildpacks = globSync("buildpacks/*/buildpack.toml", { cwd: root }).map(dirname).toSorted();

describe.each([...published, ...buildpacks])("the README of %s", (folder) => {
  const text = existsSync(join(root, folder, "README.md")) ? read(`${folder}/README.md`) : "";
  const prose = text
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/<!-- variables[\s\S]*<!-- end of the variables -->/, "");

  test("names the package and has a shell example and a configuration table", () => {
    expect(text).toMatch(/^# .+\n\n\S/);
    expect(text).toMatch(/^```sh\n(cnb|npx cnb|npm|mkdir) /m);
    expect(text).toMatch(/^## Configuration$[\s\S]*?^\|[ -]+\|/m);
  });

  test("can be read in two or three minutes", () => {
    expect(prose.split(/[\s|]+/).length).toBeLessThan(650);
  });

  test("has table cells of at most 120 characters", () => expect(wideCells(text)).toEqual([]));
});

test.each(globSync("docs/reference/buildpacks/*.md", { cwd: root }))(
  "the tables of %s have cells of at most 120 characters",
  (file) => {
    expect(wideCells(read(file))).toEqual([]);
  },
);

function wideCells(markdown: string): readonly string[] {
  const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
  const cells = rows.flatMap((row) => row.split(/(?<!\\)\|/)).map((cell) => cell.trim());
  return cells.filter((cell) => cell.length > 120);
}

test("the READMEs on npm have no links that work only in the repository", () => {
  const relative = published.filter((folder) => /\]\((?!https?:)/.test(read(`${folder}/README.md`)));
  expect(published).toEqual(["builder-packager", "framework", "templates"]);
  expect(relative).toEqual([]);
});

test.each(buildpacks)(
  "the examples in the README of %s set only environment variables that a buildpack declares",
  (folder) => {
    const declared = buildpacks.flatMap((each) =>
      Array.from(read(`${each}/buildpack.toml`).matchAll(/^name = "([A-Z\d_]+)"$/gm), ([, name = ""]) => name),
    );
    const set = Array.from(read(`${folder}/README.md`).matchAll(/--env ([A-Z\d_]+)=/g), ([, name = ""]) => name);
    const ofEveryApp = /^PORT$|^BPE_/;
    expect(set.filter((name) => !declared.includes(name) && !ofEveryApp.test(name))).toEqual([]);
  },
);

test("the README of create-buildpack has exactly the flags of its help", () => {
  const flagsIn = (text: string) => [...new Set(text.match(/(?<![\w-])--?[a-z][a-z-]*/g))].toSorted();
  const table = read("templates/README.md").split("## Configuration")[1]?.split("##")[0] ?? "";
  const flags = help.split("Flags:")[1] ?? "";
  expect(flagsIn(table.replace(/\|[^|]*\|[^|]*\|$/gm, ""))).toEqual(flagsIn(flags.replace(/(?<=\S) {2,}.*$/gm, "")));
});

test("the README of @libcnb/packager has only environment variables that its sources read", () => {
  const sources = globSync(["builder-packager/src/**/*.ts", "framework/src/**/*.ts"], { cwd: root });
  const known = new Set(sources.flatMap((file) => read(file).match(/LIBCNB_[A-Z_]+/g) ?? []));
  const named = read("builder-packager/README.md").match(/LIBCNB_[A-Z_]+/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test.each([
  ["node-engine", "node"],
  ["python-engine", "python"],
])("the documentation of %s names the default version in its buildpack.toml", (folder, id) => {
  const toml = read(`buildpacks/${folder}/buildpack.toml`);
  const version = new RegExp(`\\[metadata\\.default-versions\\]\n${id} = "(.+)"`).exec(toml)?.[1];
  const pages = [`buildpacks/${folder}/README.md`, `docs/reference/buildpacks/${folder}.md`];
  const named = pages.map((page) => /^\| default \| `([^`]+)`/m.exec(read(page))?.[1]);
  expect(named).toEqual([version, version]);
});
