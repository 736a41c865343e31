import { expect, test } from "vitest";
import { type Component, component } from "./component.ts";
import { emitSboms } from "./emit.ts";
import { cycloneDx } from "./sbom.ts";

const declared = ["application/vnd.cyclonedx+json;version=1.5"];
const node: Component = {
  type: "application",
  name: "node",
  version: "22.1.0",
  purl: "pkg:generic/node@22.1.0",
  cpe: "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*",
  description: "JavaScript runtime",
  licenses: ["MIT"],
  checksums: { sha256: "AB".repeat(32) },
  downloadUrl: "https://example.com/node.tar.gz",
};
const scoped: Component = {
  group: "@babel",
  name: "core",
  version: "7.0.0",
  licenses: ["MIT OR Apache-2.0", "My own"],
};

test("a CycloneDX file says what the components are", async () => {
  expect(await emitSboms([cycloneDx([scoped, node, { name: "left", licenses: ["MIT OR ISC"] }])], declared)).toEqual({
    "cdx.json": `{
  "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {},
  "components": [
    {
      "type": "library",
      "name": "core",
      "group": "@babel",
      "version": "7.0.0",
      "bom-ref": "@babel/core@7.0.0",
      "licenses": [
        {
          "license": {
            "name": "MIT OR Apache-2.0"
          }
        },
        {
          "license": {
            "name": "My own"
          }
        }
      ]
    },
    {
      "type": "library",
      "name": "left",
      "bom-ref": "left",
      "licenses": [
        {
          "expression": "MIT OR ISC"
        }
      ]
    },
    {
      "type": "application",
      "name": "node",
      "version": "22.1.0",
      "bom-ref": "pkg:generic/node@22.1.0",
      "description": "JavaScript runtime",
      "hashes": [
        {
          "alg": "SHA-256",
          "content": "abababababababababababababababababababababababababababababababab"
        }
      ],
      "licenses": [
        {
          "license": {
            "id": "MIT"
          }
        }
      ],
      "cpe": "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*",
      "purl": "pkg:generic/node@22.1.0",
      "externalReferences": [
        {
          "url": "https://example.com/node.tar.gz",
          "type": "distribution"
        }
      ]
    }
  ],
  "dependencies": [
    {
      "ref": "@babel/core@7.0.0"
    },
    {
      "ref": "left"
    },
    {
      "ref": "pkg:generic/node@22.1.0"
    }
  ]
}
`,
  });
});

test("the file is the same whatever the order, with doubles once", async () => {
  const first = await emitSboms([cycloneDx([node, scoped])], declared);
  expect(await emitSboms([cycloneDx([scoped]), cycloneDx([node, scoped])], declared)).toEqual(first);
});

test("a format that buildpack.toml does not declare is refused, as the lifecycle would refuse it", async () => {
  await expect(emitSboms([cycloneDx([node])], ["application/spdx+json"])).rejects.toMatchObject({
    code: "SBOM_FORMAT_UNDECLARED",
    message:
      "the buildpack writes an SBOM of the format application/vnd.cyclonedx+json, which its buildpack.toml does not declare",
    hint: `Add sbom-formats = ["application/vnd.cyclonedx+json"] to [buildpack] in buildpack.toml.`,
  });
});

test("no SBOM needs no declaration", async () => {
  expect(await emitSboms([], [])).toEqual({});
});

test.for<[string, Component, string]>([
  ["a name", { name: "" }, "it has no name"],
  ["a Package URL", { name: "a", purl: "npm/a@1" }, `"npm/a@1" is not a Package URL`],
  [
    "a checksum of the right length",
    { name: "a", checksums: { sha256: "abc" } },
    `"abc" is not a sha256 in hexadecimal digits`,
  ],
])("a component needs %s", ([, given, why]) => {
  expect(() => component(given)).toThrow(`the SBOM component ${JSON.stringify(given.name)} is not valid: ${why}`);
});
