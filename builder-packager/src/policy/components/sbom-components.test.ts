import { expect, test } from "vitest";
import type { SbomDocument } from "../../sbom/documents.ts";
import { sbomContents } from "./sbom-components.ts";

const document = (format: SbomDocument["format"], content: unknown): SbomDocument => ({
  path: `sbom.${format}.json`,
  format,
  isOfBase: false,
  content: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
});

const cyclonedx = {
  bomFormat: "CycloneDX",
  components: [
    {
      type: "library",
      name: "a",
      version: "1",
      purl: "pkg:npm/%40acme/a@1?x=y",
      licenses: [{ license: { id: "MIT" } }, { license: { name: "Own" } }],
    },
    {
      type: "library",
      group: "g",
      name: "outer",
      version: "2",
      licenses: [{ expression: "MIT OR ISC" }],
      components: [{ type: "library", name: "inner", version: "3", purl: "pkg:npm/inner@3" }],
    },
    { type: "file", name: "/etc/passwd" },
    null,
    "text",
  ],
};
const spdx = {
  spdxVersion: "SPDX-2.3",
  packages: [
    {
      name: "inner",
      versionInfo: "3",
      licenseConcluded: "NOASSERTION",
      licenseDeclared: "ISC",
      externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:npm/inner@3" }],
    },
    { name: "only-spdx", versionInfo: "4", licenseDeclared: "NONE" },
  ],
};
const syft = {
  artifacts: [
    { name: "b", version: "5", purl: "pkg:pypi/b@5", licenses: [{ value: "x", spdxExpression: "0BSD" }, "Zlib"] },
  ],
};

test("components of SBOMs in all formats are listed once, with their licences", () => {
  const { components } = sbomContents([document("syft", syft), document("spdx", spdx), document("cdx", cyclonedx)]);
  expect(
    components.map(({ name, version, licenses }) => `${name} ${version} ${licenses.join("+")}`).toSorted(),
  ).toEqual([
    "g/outer 2 MIT OR ISC",
    "only-spdx 4 ",
    "pkg:npm/@acme/a 1 MIT+Own",
    "pkg:npm/inner 3 ISC",
    "pkg:pypi/b 5 0BSD+Zlib",
  ]);
});

test.for<readonly [string, SbomDocument]>([
  ["text that is not JSON", document("cdx", "{")],
  ["a list", document("spdx", [])],
  ["a document of another format", document("cdx", spdx)],
  ["a document of an unknown format", document(undefined, cyclonedx)],
  ["a document that is nested too deeply", document("cdx", `${"[".repeat(5000)}${"]".repeat(5000)}`)],
])("%s is not read as an SBOM", ([, damaged]) => {
  const { sboms, components } = sbomContents([damaged]);
  expect({ formats: sboms.map(({ format }) => format), components }).toEqual({ formats: [undefined], components: [] });
});
