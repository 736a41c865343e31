import { describe, expect, test } from "vitest";
import { editedToml } from "../config/toml-edit.ts";
import { versionReferences } from "./references.ts";

const changes = new Map([
  ["acme/web", { from: "1.2.3", to: "1.3.0" }],
  ["acme/node", { from: "1.2.3", to: "1.3.0" }],
]);

const edited = (text: string): string => {
  const found = versionReferences(text, "buildpack.toml", changes).filter(({ from, to }) => from !== to);
  return editedToml(
    text,
    found.map(({ path, to }) => ({ path, value: to })),
  );
};

describe("the search for versions of released buildpacks in a TOML file", () => {
  test.for([
    [
      "the buildpack itself",
      `[buildpack]\nid = "acme/web"\nversion = "1.2.3" # now`,
      `[buildpack]\nid = "acme/web"\nversion = "1.3.0" # now`,
    ],
    [
      "members of orders in both forms",
      `[[order]]\ngroup = [{ id = "acme/node", version = "1.2.3" }, { id = "other/b", version = "1.2.3" }]\n[[order]]\n[[order.group]]\nid = "acme/node"\nversion = '1.2.3'`,
      `[[order]]\ngroup = [{ id = "acme/node", version = "1.3.0" }, { id = "other/b", version = "1.2.3" }]\n[[order]]\n[[order.group]]\nid = "acme/node"\nversion = '1.3.0'`,
    ],
    [
      "locations by a tag or a version",
      `[[dependencies]]\nuri = "docker://registry.example.com/acme/node:1.2.3"\n[[dependencies]]\nuri = "urn:cnb:registry:acme/web@1.2.3"\n[[buildpacks]]\nimage = "localhost:5000/acme/web:1.2.3"`,
      `[[dependencies]]\nuri = "docker://registry.example.com/acme/node:1.3.0"\n[[dependencies]]\nuri = "urn:cnb:registry:acme/web@1.3.0"\n[[buildpacks]]\nimage = "localhost:5000/acme/web:1.3.0"`,
    ],
    [
      "a buildpack in a builder.toml",
      `[[buildpacks]]\nid = "acme/web"\nversion = "1.2.3"\nuri = "web"`,
      `[[buildpacks]]\nid = "acme/web"\nversion = "1.3.0"\nuri = "web"`,
    ],
  ] as const)("finds %s", ([, text, expected]) => expect(edited(text)).toBe(expected));

  test.for([
    ["another version", `[[order.group]]\nid = "acme/web"\nversion = "1.0.0"`],
    ["metadata of the author", `[[metadata.dependencies]]\nid = "acme/web"\nversion = "1.2.3"`],
    ["another repository", `[[dependencies]]\nuri = "docker://registry.example.com/not-acme/web:1.2.3"`],
    ["a digest", `[[dependencies]]\nuri = "registry.example.com/acme/web@sha256:1.2.3"`],
    ["a path", `[[dependencies]]\nuri = "../acme/web"`],
  ] as const)("does not change %s", ([, text]) => expect(edited(text)).toBe(text));

  test("reports a member of an order whose version is not the one before the release", () => {
    const text = `[[order]]\n[[order.group]]\nid = "acme/web"\nversion = "1.0.0"`;
    expect(versionReferences(text, "buildpack.toml", changes)).toEqual([
      { path: "order[0].group[0].version", id: "acme/web", from: "1.0.0", to: "1.0.0" },
    ]);
  });
});
