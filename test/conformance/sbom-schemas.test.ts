import fc from "fast-check";
import { type Component, defineBuildpack, pass, sboms, temporaryLayer } from "libcnb";
import { build } from "libcnb/testing";
import parseLicense from "spdx-expression-parse";
import { describe, expect, test } from "vitest";
import { sbomSchemas, schemaErrors } from "../support/images/sbom-schemas.ts";

interface Documents {
  readonly cdx: CycloneDx;
  readonly spdx: Spdx;
  readonly syft: Syft;
}

interface CycloneDx {
  readonly metadata: { readonly component?: CycloneDx["components"][number] };
  readonly components: readonly Readonly<Record<"bom-ref" | "name" | "version" | "purl" | "group", string>>[];
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Spdx {
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo?: string;
    readonly licenseDeclared: string;
    readonly externalRefs: readonly { readonly referenceType: string; readonly referenceLocator: string }[];
  }[];
  readonly hasExtractedLicensingInfos: readonly { readonly licenseId: string }[];
  readonly relationships: readonly Readonly<
    Record<"spdxElementId" | "relationshipType" | "relatedSpdxElement", string>
  >[];
}

interface Syft {
  readonly artifacts: readonly Readonly<Record<"id" | "name" | "version" | "purl", string>>[];
  readonly artifactRelationships: readonly Readonly<Record<"parent" | "child" | "type", string>>[];
  readonly source: { readonly id: string };
}

interface Inputs {
  readonly components: readonly Component[];
  readonly subject: Component | undefined;
}

/** The SBOM files of an image whose buildpack says that it holds the components. */
async function filesOf({ components, subject }: Inputs): Promise<Readonly<Record<"cdx" | "spdx" | "syft", string>>> {
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build: () => ({ sbom: { launch: sboms(components, { subject }) } }),
  });
  const { layers } = await build(buildpack);
  const text = (format: string) => String(layers[`launch.sbom.${format}.json`]);
  return { cdx: text("cdx"), spdx: text("spdx"), syft: text("syft") };
}

async function documentsOf(given: Inputs): Promise<Documents> {
  const { cdx, spdx, syft } = await filesOf(given);
  return { cdx: JSON.parse(cdx), spdx: JSON.parse(spdx), syft: JSON.parse(syft) };
}

const text = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).map((value) => value.toWellFormed()),
);
const segment = text.filter((value) => value !== "." && value !== "..").map(encodeURIComponent);
const purl = fc
  .tuple(
    fc.constantFrom("npm", "pypi", "generic", "maven", "golang", "deb", "unheard-of"),
    segment,
    segment,
    segment,
    fc.option(segment),
  )
  .map(
    ([type, namespace, name, version, arch]) =>
      `pkg:${type}/${namespace}/${name}@${version}${arch ? `?arch=${arch}` : ""}`,
  );
const cpe = fc
  .tuple(
    fc.constantFrom("a", "o", "h", "*"),
    fc.stringMatching(/^[a-z0-9_.-]{1,8}$/),
    fc.constantFrom("*", "-", "1.0", "1\\+2", "?1*"),
  )
  .map(([part, product, version]) => `cpe:2.3:${part}:vendor:${product}:${version}:*:*:de-DE:*:*:*:*`);
const license = fc.oneof(
  fc.constantFrom(
    "MIT",
    "apache-2.0",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0+",
    "(MIT or ISC) AND Zlib",
  ),
  fc.constantFrom("LicenseRef-own", "LicenseRef-own OR MIT", "DocumentRef-a:LicenseRef-b", "NOASSERTION", "NONE", ""),
  text,
);
const digits = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdefABCDEF"), { minLength: length, maxLength: length })
    .map((hex) => hex.join(""));
const lone = fc.record(
  {
    name: text,
    version: text,
    group: text,
    type: fc.constantFrom("application", "framework", "library", "container", "operating-system", "file"),
    purl,
    cpe: fc.oneof(cpe, fc.array(cpe, { maxLength: 3 })),
    description: text,
    supplier: text,
    licenses: fc.array(license, { maxLength: 4 }),
    checksums: fc.record(
      { md5: digits(32), sha1: digits(40), sha256: digits(64), sha384: digits(96), sha512: digits(128) },
      { requiredKeys: [] },
    ),
    scope: fc.constantFrom("required", "optional", "excluded"),
    downloadUrl: fc.webUrl({ withQueryParameters: true, withFragments: true }),
  },
  { requiredKeys: ["name"] },
);
const identity = ({ purl, group, name, version }: Component) =>
  purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;
// the same component may be there twice, or differ in a detail, and components may need one another in circles
const components: fc.Arbitrary<Inputs> = fc
  .array(lone, { maxLength: 6 })
  .chain((list) =>
    fc.tuple(
      fc.constant([
        ...list,
        ...list.slice(0, 1),
        ...list.slice(0, 1).map((each) => ({ ...each, supplier: "another" })),
      ]),
      fc.array(fc.subarray(list.map(identity)), { minLength: list.length + 2, maxLength: list.length + 2 }),
      fc.option(lone, { nil: undefined }),
    ),
  )
  .map(([list, needs, about]) => ({
    components: list.map((each, index) => ({ ...each, dependencies: needs[index] ?? [] })),
    subject: about && { ...about, dependencies: needs[0] ?? [] },
  }));

const runs = { numRuns: 100 };

/** The components of a CycloneDX file, what it is about first. */
const described = ({ metadata, components }: CycloneDx) => [metadata.component ?? [], components].flat();

/** The packages and their dependencies in each format, by position in the list. All formats have the same order. */
function packagesOf({ cdx, spdx, syft }: Documents) {
  return {
    cdx: described(cdx).map((each) => each.purl ?? named(each.group, each.name, each.version)),
    spdx: spdx.packages.map(
      ({ externalRefs, name, versionInfo }) =>
        externalRefs.find(({ referenceType }) => referenceType === "purl")?.referenceLocator ??
        named(undefined, name, versionInfo),
    ),
    syft: syft.artifacts.map((each) => each.purl || named(undefined, each.name, each.version)),
  };
}

const named = (group: string | undefined, name: string, version = "") =>
  `${group === undefined ? "" : `${group}/`}${name}@${version}`;

function edgesOf({ cdx, spdx, syft }: Documents) {
  const locations = {
    cdx: described(cdx).map((each) => each["bom-ref"]),
    spdx: spdx.packages.map(({ SPDXID }) => SPDXID),
    syft: syft.artifacts.map(({ id }) => id),
  };
  const needed = spdx.relationships.filter(({ relationshipType }) => relationshipType === "DEPENDS_ON");
  const lesser = spdx.relationships.filter(({ relationshipType }) => relationshipType.endsWith("_DEPENDENCY_OF"));
  const dependencies = syft.artifactRelationships.filter(({ type }) => type === "dependency-of");
  const pair = (format: keyof typeof locations, from: string, to: string) =>
    `${locations[format].indexOf(from)} needs ${locations[format].indexOf(to)}`;
  return {
    cdx: (cdx.dependencies ?? [])
      .flatMap(({ ref, dependsOn = [] }) => dependsOn.map((to) => pair("cdx", ref, to)))
      .sort(),
    spdx: [
      ...needed.map((each) => pair("spdx", each.spdxElementId, each.relatedSpdxElement)),
      ...lesser.map((each) => pair("spdx", each.relatedSpdxElement, each.spdxElementId)),
    ].sort(),
    syft: dependencies.map(({ parent, child }) => pair("syft", child, parent)).sort(),
  };
}

describe("SBOMs of generated components", () => {
  test("validate against the official schemas of CycloneDX 1.6, SPDX 2.3 and Syft JSON", async () => {
    await fc.assert(
      fc.asyncProperty(components, async (given) => {
        const { cdx, spdx, syft } = await documentsOf(given);
        expect(schemaErrors(sbomSchemas.cdx, cdx)).toEqual([]);
        expect(schemaErrors(sbomSchemas.spdx, spdx)).toEqual([]);
        expect(schemaErrors(sbomSchemas.syft, syft)).toEqual([]);
      }),
      runs,
    );
  });

  test("do not depend on the order of components", async () => {
    const shuffled = components.chain((given) => {
      const others = fc.shuffledSubarray([...given.components], { minLength: given.components.length });
      return fc.tuple(
        fc.constant(given),
        others.map((list) => ({ ...given, components: list })),
      );
    });
    await fc.assert(
      fc.asyncProperty(shuffled, async ([given, other]) => {
        expect(await filesOf(other)).toEqual(await filesOf(given));
      }),
      runs,
    );
  });

  test("have the same packages and dependencies in all three formats", async () => {
    await fc.assert(
      fc.asyncProperty(components, async (given) => {
        const documents = await documentsOf(given);
        const { cdx, spdx, syft } = packagesOf(documents);
        expect([spdx, syft]).toEqual([cdx, cdx]);
        const edges = edgesOf(documents);
        expect([edges.spdx, edges.syft]).toEqual([edges.cdx, edges.cdx]);
      }),
      runs,
    );
  });

  test("refer only to existing elements, by valid unique ids", async () => {
    await fc.assert(
      fc.asyncProperty(components, async (given) => {
        const { cdx, spdx, syft } = await documentsOf(given);
        expect(
          dangling(
            described(cdx).map((each) => each["bom-ref"]),
            cycloneDxRefs(cdx),
          ),
        ).toEqual([]);
        const spdxIds = ["SPDXRef-DOCUMENT", ...spdx.packages.map(({ SPDXID }) => SPDXID)];
        expect(spdxIds.filter((id) => !/^SPDXRef-[A-Za-z0-9.-]+$/.test(id))).toEqual([]);
        expect(dangling(spdxIds, spdxRefs(spdx))).toEqual([]);
        const syftIds = [syft.source.id, ...syft.artifacts.map(({ id }) => id)];
        expect(
          dangling(
            syftIds,
            syft.artifactRelationships.flatMap(({ parent, child }) => [parent, child]),
          ),
        ).toEqual([]);
      }),
      runs,
    );
  });

  test("have valid license expressions, with the text of each license outside the SPDX list", async () => {
    await fc.assert(
      fc.asyncProperty(components, async (given) => {
        const { spdx } = await documentsOf(given);
        const declared = spdx.packages.map((each) => each.licenseDeclared).filter((each) => each !== "NOASSERTION");
        expect(declared.map((each) => typeof parseLicense(each))).toEqual(declared.map(() => "object"));
        const used = new Set(declared.flatMap((each) => each.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []));
        const texts = spdx.hasExtractedLicensingInfos.map(({ licenseId }) => licenseId);
        expect(texts).toEqual([...used].sort());
      }),
      runs,
    );
  });
});

/** Ids that are there twice, and references to none. */
function dangling(ids: readonly string[], refs: readonly string[]): readonly string[] {
  const known = new Set(ids);
  return [...ids.filter((id, index) => ids.indexOf(id) !== index), ...refs.filter((ref) => !known.has(ref))];
}

const cycloneDxRefs = ({ dependencies = [] }: CycloneDx) =>
  dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);

const spdxRefs = ({ relationships }: Spdx) =>
  relationships
    .flatMap(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement])
    .filter((ref) => ref !== "NONE"); // what a document without packages describes

test("a layer, the image and the build each have an SBOM in every declared format", async () => {
  const tool = temporaryLayer("tool", { build: true });
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      await layers.provide(tool, { create() {}, sbom: () => sboms([{ name: "tool" }]) });
      return { sbom: { launch: sboms([{ name: "package" }]), build: sboms([{ name: "compiler" }]) } };
    },
  });
  const given = { sbomFormats: ["application/vnd.cyclonedx+json;version=1.6", "application/vnd.syft+json"] };
  const { layers } = await build(buildpack, { buildpack: given });
  const files = Object.entries(layers).filter(([name]) => name.includes(".sbom."));
  const names = files.map(([name, contents]) => {
    const document = JSON.parse(String(contents));
    return [name, ...(document.components ?? document.artifacts).map((each: { name: string }) => each.name)];
  });
  expect(names.sort()).toEqual([
    ["build.sbom.cdx.json", "compiler"],
    ["build.sbom.syft.json", "compiler"],
    ["launch.sbom.cdx.json", "package"],
    ["launch.sbom.syft.json", "package"],
    ["tool.sbom.cdx.json", "tool"],
    ["tool.sbom.syft.json", "tool"],
  ]);
});

test.for<[keyof typeof sbomSchemas, unknown]>([
  ["cdx", { bomFormat: "CycloneDX", specVersion: "1.6", components: [{ type: "tool", name: "a" }] }],
  ["spdx", { spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT" }],
  ["syft", { artifacts: [{ name: "a" }] }],
])("the official schema of %s rejects an invalid SBOM", ([format, document]) => {
  expect(schemaErrors(sbomSchemas[format], document)).not.toEqual([]);
});
