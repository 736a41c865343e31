import { expect, test } from "vitest";
import { type Bom, bomOf } from "./bom.ts";
import type { Component } from "./component-model.ts";

const brief = ({ components }: Bom) => Object.fromEntries(components.map(({ ref, dependsOn }) => [ref, dependsOn]));

test("equal SBOM components are merged with the dependencies of both", async () => {
  const core = { name: "core", purl: "pkg:npm/@babel/core@7.0.0" };
  const given = [
    { ...core, dependencies: ["a"] },
    { ...core, purl: "pkg:npm/%40babel/core@7.0.0", dependencies: ["b"] },
    { name: "a" },
    { name: "b" },
  ];
  expect(brief(await bomOf(given))).toEqual({ a: [], b: [], "pkg:npm/%40babel/core@7.0.0": ["a", "b"] });
});

test("different SBOM components with the same Package URL are kept, and a dependency on the Package URL refers to all of them", async () => {
  const purl = "pkg:generic/node@22.1.0";
  const given: readonly Component[] = [
    { name: "node", purl, checksums: { sha256: "a".repeat(64) } },
    { name: "node", purl, checksums: { sha256: "b".repeat(64) } },
    { name: "app", dependencies: [purl] },
  ];
  const [first, second, app] = (await bomOf(given)).components.toSorted((a, b) => b.ref.length - a.ref.length);
  expect([first?.ref, second?.ref, app?.dependsOn]).toEqual([
    `${purl}#${first?.id}`,
    purl,
    [purl, `${purl}#${first?.id}`],
  ]);
});

test.for([
  ["an encoded Package URL", "pkg:npm/%40babel/core@7.0.0"],
  ["an unencoded Package URL", "pkg:npm/@babel/core@7.0.0"],
  ["group, name and version", "@babel/core@7.0.0"],
  ["group and name", "@babel/core"],
  ["name", "core"],
])("an SBOM dependency can be named by %s", async ([, wanted = ""]) => {
  const given: readonly Component[] = [
    { group: "@babel", name: "core", version: "7.0.0", purl: "pkg:npm/@babel/core@7.0.0" },
    { name: "app", dependencies: [wanted, "app"] },
  ];
  expect(brief(await bomOf(given))).toEqual({
    app: ["pkg:npm/%40babel/core@7.0.0"],
    "pkg:npm/%40babel/core@7.0.0": [],
  });
});

test("the subject of an SBOM is not listed as a component, and can be a dependency", async () => {
  const app: Component = { type: "application", name: "app", version: "1", dependencies: ["a"] };
  const bom = await bomOf(
    [
      { name: "a", dependencies: ["plugin"] },
      { name: "plugin", dependencies: ["app"] },
    ],
    app,
  );
  expect([bom.subject?.ref, bom.subject?.dependsOn, brief(bom)]).toEqual([
    "app@1",
    ["a"],
    { a: ["plugin"], plugin: ["app@1"] },
  ]);
});

test('an explicit scope "required" of an SBOM component equals the default', async () => {
  const { components } = await bomOf([
    { name: "a", scope: "required" },
    { name: "a" },
    { name: "a", scope: "optional" },
  ]);
  expect(components.map(({ scope }) => scope).toSorted()).toEqual(["optional", undefined]);
});

test("missing and ambiguous SBOM dependencies are reported at once", async () => {
  const given: readonly Component[] = [
    { name: "left", version: "1" },
    { name: "left", version: "2" },
    { name: "app", dependencies: ["left", "right", "left@2"] },
  ];
  await expect(bomOf(given)).rejects.toMatchObject({
    code: "SBOM_INVALID",
    message:
      'dependencies in an SBOM are not valid: "app" depends on "left", which may be any of left@1, left@2; ' +
      '"app" depends on "right", which is not among the components',
  });
});

test("user names and passwords in URLs and unpaired surrogates are omitted from an SBOM", async () => {
  const { components } = await bomOf([{ name: "a\ud800", downloadUrl: "https://me:secret@example.com/a b.tgz" }]);
  expect(components).toMatchObject([{ name: "a\ufffd", downloadUrl: "https://example.com/a%20b.tgz" }]);
});
