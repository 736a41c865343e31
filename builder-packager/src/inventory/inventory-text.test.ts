import fc from "fast-check";
import { readInventory } from "libcnb/standalone";
import { expect, test } from "vitest";
import { editInventory, entryText } from "./inventory-text.ts";

const entry = (version: string, arch?: string) => ({
  id: "x",
  version,
  os: arch && "linux",
  arch,
  uri: `https://example.com/${version}`,
  checksum: `sha256:${"0".repeat(64)}`,
});
const table = (version: string, arch?: string) => entryText("[[dependencies]]", entry(version, arch));
const edited = (text: string, removed: readonly number[], added: readonly ReturnType<typeof entry>[]) =>
  editInventory(text, "inventory.toml", readInventory(text, "inventory.toml").releases, {
    removed: new Set(removed),
    added,
  });

test("a new inventory entry is inserted among the entries of its dependency, in ascending or descending order of versions", () => {
  const [old, middle, newest] = ["1.0.0", "1.1.0", "1.2.0"].map((version) => table(version));
  expect(edited(`${old}\n${newest}`, [], [entry("1.1.0")])).toBe(`${old}\n${middle}\n${newest}`);
  expect(edited(`${newest}\n${old}`, [], [entry("1.1.0")])).toBe(`${newest}\n${middle}\n${old}`);
  expect(edited(`${old}\n${middle}`, [0], [entry("1.2.0")])).toBe(`${middle}\n${newest}`);
});

test("new inventory entries have the same order of architectures as the existing ones", () => {
  const result = edited(
    `${table("1.0.0", "amd64")}\n${table("1.0.0", "arm64")}`,
    [],
    [entry("1.1.0", "arm64"), entry("1.1.0", "amd64")],
  );
  const { releases } = readInventory(result, "inventory.toml");
  expect(releases.map(({ version, arch }) => `${version} ${arch}`)).toEqual([
    "1.0.0 amd64",
    "1.0.0 arm64",
    "1.1.0 amd64",
    "1.1.0 arm64",
  ]);
});

test("removing an inventory entry keeps the comments, unknown keys and nested tables of other entries and the text after them", () => {
  const kept = `${table("1.0.0")}licenses = [\n  "MIT",\n]\nown = 1 # mine\n\n[[dependencies.distros]]\nname = "debian"\n`;
  const text = `# head\n\n# about 1.0.0\n${kept}\n# about 1.1.0\n${table("1.1.0")}\n# the defaults\n[default-versions]\nx = "*"\n`;
  expect(edited(text, [1], [])).toBe(`# head\n\n# about 1.0.0\n${kept}\n# the defaults\n[default-versions]\nx = "*"\n`);
});

test("editing an inventory whose entries are inline tables is refused", () => {
  const text = `dependencies = [{ id = "x", version = "1.0.0", uri = "https://example.com/" }]\n`;
  expect(() => edited(text, [0], [])).toThrowError(expect.objectContaining({ code: "INVENTORY_INVALID" }));
});

test("editing an inventory is refused if a multi-line string contains the header of an entry", () => {
  const text = `about = """\n[[dependencies]]\n"""\n\n${table("1.0.0")}`;
  expect(() => edited(text, [0], [])).toThrowError(expect.objectContaining({ code: "INVENTORY_INVALID" }));
});

test("any well-formed text in an inventory entry is read back unchanged", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const text = entryText("[[dependencies]]", { ...entry("1.0.0"), keys: { name, "odd key": [name, { a: 1 }] } });
      expect(readInventory(text, "x").releases[0]?.name).toBe(name.isWellFormed() ? name : name.toWellFormed());
    }),
  );
});
