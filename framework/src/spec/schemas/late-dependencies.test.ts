import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseDescriptor, withoutDependencies } from "./late-dependencies.ts";
import { parseToml } from "./toml.ts";

const head = `api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1.0.0"\n`;
const dependency = `[[metadata.dependencies]]\nid = "x"\nversion = "1"\n`;

test.for<[string, string]>([
  ["dependencies at the end", `${head}[metadata]\na = 1\n${dependency}${dependency}`],
  ["dependencies without other metadata", head + dependency],
  [
    "tables after the dependencies",
    `${head}${dependency}[[targets]]\nos = "linux"\n[metadata.default-versions]\nx = "1"\n`,
  ],
  ["subtables of a dependency", `${head}${dependency}[[metadata.dependencies.distros]]\nname = "a"\n${dependency}`],
  ["indented tables", `${head}  ${dependency}\t[[targets]]\n  os = "linux"\n`],
  ["CRLF line breaks", `${head}${dependency}[[targets]]\nos = "linux"\n`.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\ufeff${head}${dependency}`],
  [
    "a list that looks like a table",
    `${head}${dependency}distros = [\n["metadata"],\n["x"]\n]\n[[targets]]\nos = "linux"\n`,
  ],
  ["nested lists", `${head}[metadata]\na = [\n  [1, 2],\n  [3]\n]\n${dependency}b = [\n[1]\n]\n`],
  [
    "a string that looks like a table",
    `${head}[metadata]\na = """\n[[metadata.dependencies]]\n[x]\n"""\n${dependency}`,
  ],
  [
    "table names with spaces and quotes",
    `${head}${dependency}[[ metadata . dependencies ]]\nid = "y"\n[["metadata".dependencies]]\nid = "z"\n`,
  ],
  [
    "sources and constraints of dependencies",
    `${head}[metadata]\na = 1\n[[metadata.dependency-sources]]\nid = "x"\n[metadata.dependency-sources.entry]\nuri = "u"\n${dependency}[[metadata.dependency-constraints]]\nid = "x"\n`,
  ],
  ["no dependencies", `${head}[metadata]\na = 1\n`],
  ["dependencies as an inline list", `${head}[metadata]\ndependencies = [{ id = "x" }]\n`],
])("buildpack.toml gives the same result if its dependencies are read later, here with %s", ([, text]) => {
  expect(structuredClone(parseDescriptor(Buffer.from(text), "f"))).toEqual(structuredClone(parseToml(text, "f")));
});

test.for<[string, string]>([
  ["before the dependencies", `${head}x = \n${dependency}`],
  ["after the dependencies", `${head}${dependency}[[targets]]\nos = \n`],
  ["in a repeated table", `${head}${dependency}[buildpack]\nid = "c"\n`],
  ["in a value in place of tables", `metadata = 1\n${head}${dependency}`],
])("an error in buildpack.toml is reported with its position in the whole file if it is %s", ([, text]) => {
  const message = (parse: () => unknown) => {
    try {
      return parse();
    } catch (error) {
      return String(error);
    }
  };
  const expected = message(() => parseToml(text, "f"));
  expect(expected).toContain("f:");
  expect(message(() => parseDescriptor(Buffer.from(text), "f"))).toBe(expected);
});

const buildpacks = join(import.meta.dirname, "../../../../buildpacks");

test("without its dependencies, each reference buildpack's buildpack.toml is shorter, and reading them later gives the same result as parsing the whole file", () => {
  const texts = readdirSync(buildpacks).flatMap((name) => {
    const file = join(buildpacks, name, "buildpack.toml");
    try {
      return [readFileSync(file)];
    } catch {
      return []; // shared code, not a buildpack
    }
  });
  const lengths = texts.flatMap((text) => withoutDependencies(text.toString())?.length ?? []);
  expect(lengths.length).toBeGreaterThan(4);
  expect(Math.max(...lengths)).toBeLessThan(6000);
  for (const text of texts)
    expect(structuredClone(parseDescriptor(text, "f"))).toEqual(structuredClone(parseToml(text, "f")));
});
