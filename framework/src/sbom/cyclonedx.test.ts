import { expect, test } from "vitest";
import { app, node, scoped } from "../../../test/support/images/sbom-components.ts";
import { emitSboms } from "./emit.ts";
import { cycloneDx } from "./sbom.ts";

const declared = ["application/vnd.cyclonedx+json;version=1.6"];

test("a CycloneDX file lists the components", async () => {
  expect(await emitSboms([cycloneDx([scoped, node, { name: "left", licenses: ["MIT OR ISC"] }])], declared)).toEqual({
    "cdx.json": `{
  "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
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

test("a CycloneDX file does not depend on the order of components, and has no duplicates", async () => {
  const first = await emitSboms([cycloneDx([node, scoped])], declared);
  expect(await emitSboms([cycloneDx([scoped]), cycloneDx([node, scoped])], declared)).toEqual(first);
});

test("a CycloneDX file contains dependencies and all CPE names", async () => {
  const cpe = ["cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*", "cpe:2.3:a:nodejs:nodejs:22.1.0:*:*:*:*:*:*:*"];
  const bom = [cycloneDx([{ name: "a", version: "1", cpe, supplier: "A", dependencies: ["b"] }, { name: "b" }])];
  expect(JSON.parse((await emitSboms(bom, declared))["cdx.json"] ?? "")).toMatchObject({
    components: [
      {
        "bom-ref": "a@1",
        cpe: cpe[0],
        supplier: { name: "A" },
        properties: [{ name: "syft:cpe23", value: cpe[1] }],
      },
      { "bom-ref": "b" },
    ],
    dependencies: [{ ref: "a@1", dependsOn: ["b"] }, { ref: "b" }],
  });
});

test("a CycloneDX file describes its subject with its dependencies", async () => {
  const bom = [cycloneDx(app.components, { subject: app.subject })];
  expect(JSON.parse((await emitSboms(bom, declared))["cdx.json"] ?? "")).toMatchObject({
    metadata: { component: { type: "application", name: "app", version: "1.0.0", "bom-ref": "app@1.0.0" } },
    components: [
      { name: "a" },
      { name: "extra", scope: "optional" },
      { name: "more", scope: "optional" },
      { name: "tool", scope: "excluded" },
    ],
    dependencies: [
      { ref: "app@1.0.0", dependsOn: ["a", "extra", "tool"] },
      { ref: "a" },
      { ref: "extra", dependsOn: ["a", "more"] },
      { ref: "more" },
      { ref: "tool", dependsOn: ["a", "extra"] },
    ],
  });
});
