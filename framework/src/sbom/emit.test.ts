import { describe, expect, test } from "vitest";
import { emitSboms } from "./emit.ts";
import type { SbomFormat } from "./format.ts";
import { cycloneDx, rawSbom, type Sbom, sboms, spdx, syft } from "./sbom.ts";

const cdx = "application/vnd.cyclonedx+json";
const all = [cdx, "application/spdx+json", "application/vnd.syft+json"];
const node = [{ name: "node", version: "22.1.0" }];

describe("SBOM formats in buildpack.toml", () => {
  test.for<[string, readonly string[], readonly string[]]>([
    ["all formats", all, ["cdx.json", "spdx.json", "syft.json"]],
    ["one format", ["application/spdx+json"], ["spdx.json"]],
    [
      "media types with parameters",
      [`${cdx};version=1.6`, "application/vnd.syft+json; version=16"],
      ["cdx.json", "syft.json"],
    ],
    [
      "media types with a quoted parameter, capitals and a final semicolon",
      [`Application/VND.CycloneDX+json; Version="1.6" ;`],
      ["cdx.json"],
    ],
    ["one format in two versions", [`${cdx};version=1.4`, `${cdx};version=1.6`], ["cdx.json"]],
  ])("decide which SBOM files are written, here %s", async ([, declared, extensions]) => {
    expect(Object.keys(await emitSboms(sboms(node), declared))).toEqual(extensions);
  });

  test("apply to sboms(), while cycloneDx() writes only its own format", async () => {
    const files = await emitSboms([...sboms(node), cycloneDx([{ name: "npm" }])], all);
    const named = Object.entries(files).filter(([, text]) => text.includes('"npm"'));
    expect(named.map(([extension]) => extension)).toEqual(["cdx.json"]);
  });

  test.for<[string, readonly Sbom[], readonly string[], object]>([
    [
      "a format that is not declared",
      [cycloneDx(node)],
      ["application/spdx+json"],
      {
        code: "SBOM_FORMAT_UNDECLARED",
        message: `the buildpack writes an SBOM of the format ${cdx}, which its buildpack.toml does not declare`,
        hint: `Add "${cdx}" to sbom-formats of [buildpack] in buildpack.toml.`,
      },
    ],
    [
      "another version of the format",
      [cycloneDx(node)],
      [`${cdx};version=1.4`, `${cdx};version="1.5"`],
      {
        code: "SBOM_FORMAT_UNDECLARED",
        message: `the buildpack writes an SBOM of the format CycloneDX 1.6, but its buildpack.toml declares "${cdx};version=1.4", "${cdx};version=\\"1.5\\""`,
        hint: `Write "${cdx};version=1.6" in sbom-formats, or remove the version there.`,
      },
    ],
    [
      "another version of a tool's document",
      [rawSbom("spdx", '{ "spdxVersion": "SPDX-2.2" }')],
      ["application/spdx+json;version=2.3"],
      {
        code: "SBOM_FORMAT_UNDECLARED",
        message:
          'the buildpack writes an SBOM of the format SPDX 2.2, but its buildpack.toml declares "application/spdx+json;version=2.3"',
      },
    ],
    [
      "sboms() without declared formats",
      sboms(node),
      [],
      {
        code: "SBOM_FORMAT_UNDECLARED",
        message: "the buildpack writes an SBOM, but its buildpack.toml declares no SBOM formats",
        hint: `Add sbom-formats = ["${all.join('", "')}"] to [buildpack] in buildpack.toml, or some of them.`,
      },
    ],
    [
      "unknown media types",
      [spdx(node)],
      ["application/spdx+json", "application/vnd.cyclondx+json", "application/vnd.syft+json;version"],
      {
        code: "SBOM_FORMAT_UNKNOWN",
        message:
          'buildpack.toml declares unknown SBOM formats: "application/vnd.cyclondx+json", "application/vnd.syft+json;version"',
        hint: `Write sbom-formats as a list of: ${all.join(", ")}.`,
      },
    ],
  ])("are enforced by an error about %s", async ([, given, declared, error]) => {
    await expect(emitSboms(given, declared)).rejects.toMatchObject(error);
  });

  test("are not checked without an SBOM", async () => {
    expect(await emitSboms([], ["nonsense"])).toEqual({});
  });
});

describe("an SBOM document made by a tool", () => {
  const documents: Readonly<Record<SbomFormat, string>> = {
    cyclonedx: '{"bomFormat":"CycloneDX","specVersion":"1.4","components":[]}',
    spdx: '{"spdxVersion":"SPDX-2.2"}\n',
    syft: '{"artifacts":[],"schema":{"version":"3.0.1","url":""}}',
  };

  test("is written unchanged", async () => {
    const given = Object.entries(documents).map(([format, text]) => rawSbom(format as SbomFormat, text));
    expect(await emitSboms([...given, ...given], all)).toEqual({
      "cdx.json": documents.cyclonedx,
      "spdx.json": documents.spdx,
      "syft.json": documents.syft,
    });
  });

  test.for<[string, SbomFormat, string, string]>([
    ["is not JSON", "spdx", "SPDXVersion: SPDX-2.3", "it is not JSON"],
    ["is a list", "spdx", "[]", "it is not a JSON object"],
    ["is null", "syft", "null", "it is not a JSON object"],
    ["has another format", "cyclonedx", documents.spdx, 'it lacks "bomFormat": "CycloneDX" and "specVersion"'],
    ["has no version", "cyclonedx", '{"bomFormat":"CycloneDX"}', 'it lacks "bomFormat": "CycloneDX" and "specVersion"'],
    ["is SPDX 3", "spdx", '{"@context":"","@graph":[]}', 'it lacks "spdxVersion": "SPDX-…"'],
    ["has no artifacts", "syft", '{"schema":{"version":"1"}}', 'it lacks "artifacts" and "schema": { "version" }'],
  ])("is refused if it %s", ([, format, text, why]) => {
    expect(() => rawSbom(format, text)).toThrow(why);
  });

  test.for<[string, readonly Sbom[]]>([
    ["components", [rawSbom("syft", documents.syft), syft(node)]],
    ["components in all formats", [rawSbom("syft", documents.syft), ...sboms(node)]],
    ["another document", [rawSbom("syft", documents.syft), rawSbom("syft", `${documents.syft} `)]],
  ])("cannot be merged with %s", async ([, given]) => {
    await expect(emitSboms(given, all)).rejects.toMatchObject({
      code: "SBOM_UNMERGEABLE",
      message: "an SBOM of the format Syft JSON created by a tool cannot be merged with another SBOM",
    });
  });
});

describe("the subject of an SBOM", () => {
  const about = (name: string) => cycloneDx(node, { subject: { name } });

  test("may be set by any of the SBOM's parts", async () => {
    const files = await emitSboms([about("app"), cycloneDx([{ name: "npm" }]), about("app")], all);
    const { metadata, components } = JSON.parse(files["cdx.json"] ?? "");
    expect([metadata.component.name, components.map(({ name }: { name: string }) => name)]).toEqual([
      "app",
      ["node", "npm"],
    ]);
  });

  test("is refused if the parts set two different subjects", async () => {
    await expect(emitSboms([about("app"), about("other")], all)).rejects.toMatchObject({
      code: "SBOM_UNMERGEABLE",
      message: 'an SBOM of the format CycloneDX cannot have several subjects: "app", "other"',
    });
  });
});
