import { expect, test } from "vitest";
import type { Component } from "./component.ts";
import { emitSboms } from "./emit.ts";
import { cycloneDx, spdx, syft } from "./sbom.ts";

const declared = ["application/vnd.cyclonedx+json;version=1.6"];
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

test("the file is the same whatever the order, with doubles once", async () => {
  const first = await emitSboms([cycloneDx([node, scoped])], declared);
  expect(await emitSboms([cycloneDx([scoped]), cycloneDx([node, scoped])], declared)).toEqual(first);
});

const graph: readonly Component[] = [
  { ...node, supplier: "OpenJS Foundation", dependencies: ["@babel/core", "left"] },
  { ...scoped, purl: "pkg:npm/@babel/core@7.0.0" },
  { name: "left", licenses: ["MIT", "ISC or LicenseRef-left"] },
];

test("an SPDX file says what the components are, and the text of each licence that is not on the list", async () => {
  const { "spdx.json": text = "" } = await emitSboms([spdx(graph)], ["application/spdx+json"]);
  expect(text).toMatchInlineSnapshot(`
    "{
      "spdxVersion": "SPDX-2.3",
      "dataLicense": "CC0-1.0",
      "SPDXID": "SPDXRef-DOCUMENT",
      "name": "buildpack-sbom",
      "documentNamespace": "https://spdx.org/spdxdocs/buildpack-sbom-1601486cb76380d0e5fd62a081c77814863e9075abe4bfd051912627269933a7",
      "creationInfo": {
        "comment": "The time is fixed, so that the same components give the same document.",
        "created": "1980-01-01T00:00:01Z",
        "creators": [
          "Tool: libcnb"
        ]
      },
      "packages": [
        {
          "SPDXID": "SPDXRef-Package-left-521a8f47bcbd438e",
          "name": "left",
          "primaryPackagePurpose": "LIBRARY",
          "supplier": "NOASSERTION",
          "downloadLocation": "NOASSERTION",
          "filesAnalyzed": false,
          "checksums": [],
          "licenseConcluded": "NOASSERTION",
          "licenseDeclared": "(ISC OR LicenseRef-left) AND MIT",
          "copyrightText": "NOASSERTION",
          "externalRefs": []
        },
        {
          "SPDXID": "SPDXRef-Package-node-68a8dcc6e8e974bd",
          "name": "node",
          "versionInfo": "22.1.0",
          "primaryPackagePurpose": "APPLICATION",
          "supplier": "Organization: OpenJS Foundation",
          "downloadLocation": "https://example.com/node.tar.gz",
          "filesAnalyzed": false,
          "checksums": [
            {
              "algorithm": "SHA256",
              "checksumValue": "abababababababababababababababababababababababababababababababab"
            }
          ],
          "licenseConcluded": "NOASSERTION",
          "licenseDeclared": "MIT",
          "copyrightText": "NOASSERTION",
          "description": "JavaScript runtime",
          "externalRefs": [
            {
              "referenceCategory": "SECURITY",
              "referenceType": "cpe23Type",
              "referenceLocator": "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*"
            },
            {
              "referenceCategory": "PACKAGE-MANAGER",
              "referenceType": "purl",
              "referenceLocator": "pkg:generic/node@22.1.0"
            }
          ]
        },
        {
          "SPDXID": "SPDXRef-Package-babel-core-a9cf55b130b7a86d",
          "name": "@babel/core",
          "versionInfo": "7.0.0",
          "primaryPackagePurpose": "LIBRARY",
          "supplier": "NOASSERTION",
          "downloadLocation": "NOASSERTION",
          "filesAnalyzed": false,
          "checksums": [],
          "licenseConcluded": "NOASSERTION",
          "licenseDeclared": "(MIT OR Apache-2.0) AND LicenseRef-My-own-69ba742adb9eaa21",
          "copyrightText": "NOASSERTION",
          "externalRefs": [
            {
              "referenceCategory": "PACKAGE-MANAGER",
              "referenceType": "purl",
              "referenceLocator": "pkg:npm/%40babel/core@7.0.0"
            }
          ]
        }
      ],
      "hasExtractedLicensingInfos": [
        {
          "licenseId": "LicenseRef-My-own-69ba742adb9eaa21",
          "name": "My own",
          "extractedText": "My own"
        },
        {
          "licenseId": "LicenseRef-left",
          "name": "LicenseRef-left",
          "extractedText": "NOASSERTION"
        }
      ],
      "relationships": [
        {
          "spdxElementId": "SPDXRef-DOCUMENT",
          "relationshipType": "DESCRIBES",
          "relatedSpdxElement": "SPDXRef-Package-left-521a8f47bcbd438e"
        },
        {
          "spdxElementId": "SPDXRef-DOCUMENT",
          "relationshipType": "DESCRIBES",
          "relatedSpdxElement": "SPDXRef-Package-node-68a8dcc6e8e974bd"
        },
        {
          "spdxElementId": "SPDXRef-DOCUMENT",
          "relationshipType": "DESCRIBES",
          "relatedSpdxElement": "SPDXRef-Package-babel-core-a9cf55b130b7a86d"
        },
        {
          "spdxElementId": "SPDXRef-Package-node-68a8dcc6e8e974bd",
          "relationshipType": "DEPENDS_ON",
          "relatedSpdxElement": "SPDXRef-Package-left-521a8f47bcbd438e"
        },
        {
          "spdxElementId": "SPDXRef-Package-node-68a8dcc6e8e974bd",
          "relationshipType": "DEPENDS_ON",
          "relatedSpdxElement": "SPDXRef-Package-babel-core-a9cf55b130b7a86d"
        }
      ]
    }
    "
  `);
});

test("a Syft file says what the components are, and what needs what", async () => {
  const { "syft.json": text = "" } = await emitSboms([syft(graph)], ["application/vnd.syft+json"]);
  expect(text).toMatchInlineSnapshot(`
    "{
      "artifacts": [
        {
          "id": "521a8f47bcbd438e",
          "name": "left",
          "version": "",
          "type": "UnknownPackage",
          "foundBy": "libcnb",
          "locations": [],
          "licenses": [
            {
              "value": "ISC OR LicenseRef-left",
              "spdxExpression": "ISC OR LicenseRef-left",
              "type": "declared",
              "urls": [],
              "locations": []
            },
            {
              "value": "MIT",
              "spdxExpression": "MIT",
              "type": "declared",
              "urls": [],
              "locations": []
            }
          ],
          "language": "",
          "cpes": [],
          "purl": ""
        },
        {
          "id": "68a8dcc6e8e974bd",
          "name": "node",
          "version": "22.1.0",
          "type": "binary",
          "foundBy": "libcnb",
          "locations": [],
          "licenses": [
            {
              "value": "MIT",
              "spdxExpression": "MIT",
              "type": "declared",
              "urls": [],
              "locations": []
            }
          ],
          "language": "",
          "cpes": [
            {
              "cpe": "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*",
              "source": "declared"
            }
          ],
          "purl": "pkg:generic/node@22.1.0"
        },
        {
          "id": "a9cf55b130b7a86d",
          "name": "@babel/core",
          "version": "7.0.0",
          "type": "npm",
          "foundBy": "libcnb",
          "locations": [],
          "licenses": [
            {
              "value": "MIT OR Apache-2.0",
              "spdxExpression": "MIT OR Apache-2.0",
              "type": "declared",
              "urls": [],
              "locations": []
            },
            {
              "value": "My own",
              "spdxExpression": "",
              "type": "declared",
              "urls": [],
              "locations": []
            }
          ],
          "language": "javascript",
          "cpes": [],
          "purl": "pkg:npm/%40babel/core@7.0.0"
        }
      ],
      "artifactRelationships": [
        {
          "parent": "1601486cb76380d0e5fd62a081c77814863e9075abe4bfd051912627269933a7",
          "child": "521a8f47bcbd438e",
          "type": "contains"
        },
        {
          "parent": "1601486cb76380d0e5fd62a081c77814863e9075abe4bfd051912627269933a7",
          "child": "68a8dcc6e8e974bd",
          "type": "contains"
        },
        {
          "parent": "521a8f47bcbd438e",
          "child": "68a8dcc6e8e974bd",
          "type": "dependency-of"
        },
        {
          "parent": "a9cf55b130b7a86d",
          "child": "68a8dcc6e8e974bd",
          "type": "dependency-of"
        },
        {
          "parent": "1601486cb76380d0e5fd62a081c77814863e9075abe4bfd051912627269933a7",
          "child": "a9cf55b130b7a86d",
          "type": "contains"
        }
      ],
      "source": {
        "id": "1601486cb76380d0e5fd62a081c77814863e9075abe4bfd051912627269933a7",
        "name": "buildpack-sbom",
        "version": "",
        "type": "directory",
        "metadata": {
          "path": "."
        }
      },
      "distro": {},
      "descriptor": {
        "name": "libcnb",
        "version": ""
      },
      "schema": {
        "version": "16.1.10",
        "url": "https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.1.10.json"
      }
    }
    "
  `);
});

test("a CycloneDX file says what needs what, and all CPE names", async () => {
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

const scoped3 = {
  subject: { type: "application", name: "app", version: "1.0.0", dependencies: ["a", "tool", "extra"] },
  components: [
    { name: "a" },
    { name: "extra", scope: "optional", dependencies: ["a", "more"] },
    { name: "more", scope: "optional" },
    { name: "tool", scope: "excluded", dependencies: ["extra", "a"] },
  ],
} satisfies { readonly subject: Component; readonly components: readonly Component[] };

test("a CycloneDX file says what it is about, and how much that needs the components", async () => {
  const bom = [cycloneDx(scoped3.components, { subject: scoped3.subject })];
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

test("an SPDX file says it by kinds of relationships", async () => {
  const { "spdx.json": text = "" } = await emitSboms(
    [spdx(scoped3.components, { subject: scoped3.subject })],
    ["application/spdx+json"],
  );
  const { packages, relationships } = JSON.parse(text);
  const named = (id: string) => id.replace(/^SPDXRef-(?:Package-)?(\w+).*/, "$1");
  expect(packages.map(({ name, comment }: { name: string; comment?: string }) => [name, comment])).toEqual([
    ["app", undefined],
    ["a", undefined],
    ["extra", "scope: optional"],
    ["more", "scope: optional"],
    ["tool", "scope: excluded"],
  ]);
  expect(
    relationships.map((each: Readonly<Record<string, string>>) =>
      [named(each.spdxElementId ?? ""), each.relationshipType, named(each.relatedSpdxElement ?? "")].join(" "),
    ),
  ).toEqual([
    "DOCUMENT DESCRIBES app",
    "app CONTAINS a",
    "app CONTAINS extra",
    "app CONTAINS more",
    "app DEPENDS_ON a",
    "extra OPTIONAL_DEPENDENCY_OF app",
    "tool DEV_DEPENDENCY_OF app",
    "extra DEPENDS_ON a",
    "extra DEPENDS_ON more",
    "tool DEPENDS_ON a",
    "tool DEPENDS_ON extra",
  ]);
});

test("a Syft file says it by its source, and by what that contains", async () => {
  const { "syft.json": text = "" } = await emitSboms(
    [syft(scoped3.components, { subject: scoped3.subject })],
    ["application/vnd.syft+json"],
  );
  const { artifacts, artifactRelationships, source } = JSON.parse(text);
  const names = new Map(artifacts.map(({ id, name }: Readonly<Record<string, string>>) => [id, name]));
  expect([source.name, source.version, [...names.values()]]).toEqual([
    "app",
    "1.0.0",
    ["app", "a", "extra", "more", "tool"],
  ]);
  const contained = artifactRelationships.filter(({ type }: { type: string }) => type === "contains");
  expect(
    contained.map(({ child, metadata }: { child: string; metadata?: unknown }) => [names.get(child), metadata]),
  ).toEqual([
    ["app", undefined],
    ["a", undefined],
    ["extra", { scope: "optional" }],
    ["more", { scope: "optional" }],
    ["tool", { scope: "excluded" }],
  ]);
});

test("an SPDX file of nothing describes nothing", async () => {
  const { "spdx.json": text = "" } = await emitSboms([spdx([])], ["application/spdx+json"]);
  expect(JSON.parse(text).relationships).toEqual([
    { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "NONE" },
  ]);
});
