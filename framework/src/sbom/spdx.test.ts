import { expect, test } from "vitest";
import { app, graph } from "../../../test/support/images/sbom-components.ts";
import { emitSboms } from "./emit.ts";
import { spdx } from "./sbom.ts";

test("an SPDX file lists the components and the text of each license outside the SPDX list", async () => {
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

test("an SPDX file expresses dependencies by relationships", async () => {
  const { "spdx.json": text = "" } = await emitSboms(
    [spdx(app.components, { subject: app.subject })],
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

test("an SPDX file without components has only the relationship DESCRIBES NONE", async () => {
  const { "spdx.json": text = "" } = await emitSboms([spdx([])], ["application/spdx+json"]);
  expect(JSON.parse(text).relationships).toEqual([
    { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "NONE" },
  ]);
});
