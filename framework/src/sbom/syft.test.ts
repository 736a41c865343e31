import { expect, test } from "vitest";
import { app, graph } from "../../../test/support/images/sbom-components.ts";
import { emitSboms } from "./emit.ts";
import { syft } from "./sbom.ts";

test("a Syft file lists the components and their dependencies", async () => {
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

test("a Syft file has the SBOM's subject and its contents in the field source", async () => {
  const { "syft.json": text = "" } = await emitSboms(
    [syft(app.components, { subject: app.subject })],
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
