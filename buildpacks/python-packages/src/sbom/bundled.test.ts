import type { Component } from "libcnb";
import { expect, test } from "vitest";
import { bundledIn } from "./bundled.ts";

const digest = "ab".repeat(32);
const document = (parts: object): string => JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", ...parts });
const library = { type: "library", scope: "required", dependencies: [] } as const;
const crate = (name: string, more: object = {}) => ({
  "bom-ref": `registry#${name}`,
  name,
  version: "1.0",
  purl: `pkg:cargo/${name}@1.0`,
  ...more,
});
const component = (name: string, more: Partial<Component> = {}): Component => ({
  ...library,
  name,
  version: "1.0",
  purl: `pkg:cargo/${name}@1.0`,
  ...more,
});

test.for<[string, object, readonly Component[]]>([
  [
    "are read with their metadata",
    {
      components: [
        {
          type: "library",
          name: "openssl",
          version: "3.5.4",
          group: "org",
          purl: "pkg:generic/openssl@3.5.4",
          cpe: "cpe:2.3:a:openssl:openssl:3.5.4:*:*:*:*:*:*:*",
          licenses: [{ license: { id: "Apache-2.0" } }, { license: { name: "Other" } }, { expression: "MIT OR ISC" }],
          hashes: [
            { alg: "SHA-256", content: digest },
            { alg: "SHA3-256", content: digest },
          ],
        },
      ],
    },
    [
      {
        ...library,
        name: "openssl",
        version: "3.5.4",
        group: "org",
        purl: "pkg:generic/openssl@3.5.4",
        cpe: "cpe:2.3:a:openssl:openssl:3.5.4:*:*:*:*:*:*:*",
        licenses: ["Apache-2.0", "Other", "MIT OR ISC"],
        checksums: { sha256: digest },
      },
    ],
  ],
  [
    "are read with dependencies and nested components",
    {
      components: [crate("a", { components: [crate("b")] }), crate("c", { scope: "optional" })],
      dependencies: [
        { ref: "registry#a", dependsOn: ["registry#b", "registry#gone", "registry#a"] },
        { ref: "registry#b", dependsOn: ["registry#c"] },
        { ref: "registry#none", dependsOn: ["registry#a"] },
      ],
    },
    [
      component("a", { dependencies: ["pkg:cargo/b@1.0"] }),
      component("b", { dependencies: ["pkg:cargo/c@1.0"] }),
      component("c", { scope: "optional" }),
    ],
  ],
  [
    "are read without build dependencies and without the package itself",
    {
      metadata: { component: { name: "wheel" } },
      components: [
        crate("cc", { scope: "excluded" }),
        { name: "My.Wheel", purl: "pkg:pypi/my-wheel@2.0?file_name=my_wheel-2.0.whl" },
        { name: "wheel._c", purl: "pkg:pypi/My_Wheel@2.0#c/wheel._c" },
        { name: "beside", purl: "pkg:pypi/my-wheel-beside@2.0" },
      ],
    },
    [{ ...library, name: "beside", purl: "pkg:pypi/my-wheel-beside@2.0" }],
  ],
  [
    "have only a name if all other fields are invalid",
    {
      components: [
        { name: "libfoo", version: "1:2", purl: "libfoo", cpe: "x", type: "firmware", licenses: [{}, "MIT", null] },
        { name: "libbar", version: 2, scope: "never", hashes: "x" },
        { name: "pkg:cargo/%41" },
        { name: "" },
        { version: "1" },
        "libbaz",
        null,
      ],
      dependencies: [null, { ref: 1 }, { ref: "a", dependsOn: "b" }],
    },
    [
      { ...library, name: "libfoo", version: "1:2" },
      { ...library, name: "libbar" },
    ],
  ],
  ["are an empty list if the document has no components", { components: {} }, []],
])("the libraries that a wheel's SBOM lists %s", ([, parts, expected]) =>
  expect(bundledIn(document(parts), "my-wheel")).toEqual(expected),
);

test.for([
  ["an empty file", ""],
  ["truncated JSON", "{"],
  ["a JSON array", "[]"],
  ["the JSON value null", "null"],
  ["100 000 open brackets", "[".repeat(100_000)],
  ["an SPDX document", JSON.stringify({ spdxVersion: "SPDX-2.3", packages: [{ name: "a" }] })],
  ["a document with another bomFormat", document({ components: [], bomFormat: "other" })],
  [
    "components nested 50 000 levels deep",
    `{"bomFormat":"CycloneDX","components":${'[{"name":"a","components":'.repeat(50_000)}[]${"}]".repeat(50_000)}}`,
  ],
] as const)("no library is read from an invalid SBOM in a wheel, here %s", ([, text]) =>
  expect(bundledIn(text, "a").length).toBeLessThan(100),
);
