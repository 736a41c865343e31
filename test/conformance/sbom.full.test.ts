import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Image } from "@libcnb/packager/oci";
import * as oci from "@libcnb/packager/oci";
import {
  type Component,
  cachedLayer,
  cycloneDx,
  defineBuildpack,
  type LayerDefinition,
  type LibcnbError,
  launchLayer,
  pass,
  s,
  sboms,
  spdx,
  syft,
} from "libcnb";
import { sbomMediaTypes } from "libcnb/spec";
import { build, type FileMap } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { readFileMap } from "../../framework/src/host/files/tree.ts";
import { row } from "../support/conformance/rows.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle/lifecycle-binaries.ts";
import { type OfficialPlatform, officialPlatform } from "../support/lifecycle/official-platform.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

const extensions = Object.keys(sbomMediaTypes);
const components = (name: string): readonly Component[] => [
  { name, version: "1.2.3", purl: `pkg:generic/${name}@1.2.3`, licenses: ["MIT"], dependencies: ["zlib"] },
  { name: "zlib", version: "1.3.1", licenses: ["Zlib"] },
];

type KeptSbom = LayerDefinition<{ readonly version: string }, "restored" | "reused">;

const metadata = s.table({ version: s.string });

/** Provides such layers, each with an SBOM in all formats, and in the image and the build one each. */
const documented = (layers: readonly KeptSbom[], { ofImage = true }: { readonly ofImage?: boolean } = {}) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ layers: directory }) {
      for (const layer of layers)
        await directory.provide(layer, {
          metadata: { version: "1.2.3" },
          create: () => {},
          sbom: () => sboms(components(layer.name)),
        });
      return ofImage ? { sbom: { launch: sboms(components("app")), build: sboms(components("compiler")) } } : {};
    },
  });

const tool = cachedLayer("tool", { launch: true, metadata });

/** The files that the lifecycle put below `<layers>/sbom`, by path. */
const sbomDirectory = ({ dir }: OfficialPlatform) => readFileMap(join(dir, "layers/sbom"));

/** The files of an image below `<layers>/sbom`. */
async function sbomsOf(image: Image, { dir }: OfficialPlatform): Promise<FileMap> {
  const root = await mkdtemp(join(tmpdir(), "sboms-"));
  try {
    await oci.extract(image, root, { ownership: "ignore" });
    return await readFileMap(join(root, dir, "layers/sbom"));
  } finally {
    await rm(root, { recursive: true });
  }
}

const inDirectory = (files: FileMap, directory: string): FileMap =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) =>
      path.startsWith(`${directory}/`) && !path.endsWith("/") ? [[path.slice(directory.length + 1), text]] : [],
    ),
  );

row(
  69,
  "SBOMs of layers, of the image and of the build are files in three formats, which the lifecycle copies byte by byte",
  ["lifecycle", "framework"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const built = await platform.build({ buildpacks: { one: documented([tool]) } });
    const { image, exitCode, output } = await built.export();
    expect([built.exitCode, exitCode, exitCode === 0 ? "" : output]).toEqual([0, 0, ""]);
    const { layers: written = {} } = built.outcomes.one ?? {};
    expect(sbomMediaTypes).toEqual({
      "cdx.json": "application/vnd.cyclonedx+json",
      "spdx.json": "application/spdx+json",
      "syft.json": "application/vnd.syft+json",
    });
    const names = ["build", "launch", "tool"].flatMap((name) => extensions.map((each) => `${name}.sbom.${each}`));
    expect(Object.keys(written).filter((path) => path.includes(".sbom."))).toEqual(names);
    const expected = (name: string, directory = "") =>
      Object.fromEntries(extensions.map((each) => [`${directory}sbom.${each}`, written[`${name}.sbom.${each}`]]));
    const launch = { ...expected("launch"), ...expected("tool", "tool/") };
    const directory = await sbomDirectory(platform);
    expect(inDirectory(directory, "launch/one")).toEqual(launch);
    expect(inDirectory(directory, "build/one")).toEqual(expected("build"));
    expect(inDirectory(await sbomsOf(image, platform), "launch/one")).toEqual(launch);
  },
);

/** A buildpack that writes one SBOM for the image, as files for the lifecycle. */
const writer = (declared: string, extension: string) => ({
  "buildpack.toml": `api = "0.12"\n[buildpack]\nid = "one"\nversion = "1.0.0"\nsbom-formats = [${declared}]\n`,
  "bin/build": `#!/bin/sh\necho '{}' > "$CNB_LAYERS_DIR/launch.sbom.${extension}"\n`,
});

row(
  70,
  "An SBOM in a format that buildpack.toml does not declare fails the build in the framework, before the lifecycle refuses it; media types can have parameters",
  ["lifecycle", "framework"],
  async () => {
    const [cdx, spdx, syft] = ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"];
    // what is declared; the extension that is written; whether the lifecycle accepts it, and what the framework does
    const cases: readonly [readonly string[], keyof typeof sbomMediaTypes | "other.json", boolean, string][] = [
      [[`${cdx}`], "cdx.json", true, "written"],
      [[`${spdx}`], "spdx.json", true, "written"],
      [[`${syft}`], "syft.json", true, "written"],
      [[`${spdx}`, `${cdx};version=1.6`], "cdx.json", true, "written"],
      [[`${cdx}; charset=utf-8`], "cdx.json", true, "written"],
      [[`${cdx?.toUpperCase()}`], "cdx.json", true, "written"],
      [[], "cdx.json", false, "SBOM_FORMAT_UNDECLARED"],
      [[`${cdx}`], "spdx.json", false, "SBOM_FORMAT_UNDECLARED"],
      [[`${cdx}`, `${spdx}`], "syft.json", false, "SBOM_FORMAT_UNDECLARED"],
      [["cyclonedx"], "cdx.json", false, "SBOM_FORMAT_UNKNOWN"],
      [[`${cdx}`], "other.json", false, "no such format"], // nothing of the framework writes a fourth format
      // the framework writes 1.6, which is not what this promises
      [[`${cdx};version=1.5`], "cdx.json", true, "SBOM_FORMAT_UNDECLARED"],
    ];
    const platform = await officialPlatform(lifecycle);
    for (const [declared, extension, lifecycleAccepts, ours] of cases) {
      const buildpack = writer(declared.map((type) => JSON.stringify(type)).join(), extension);
      const { exitCode, output } = await platform.build({ buildpacks: { one: buildpack } });
      expect([declared, extension, exitCode === 0, await judged(declared, extension)]).toEqual([
        declared,
        extension,
        lifecycleAccepts,
        ours,
      ]);
      if (!lifecycleAccepts)
        expect([exitCode, output]).toEqual([52, expect.stringMatching(/(undeclared|unsupported) SBOM|media type/)]);
    }
  },
);

/** The framework's result for such an SBOM: "written", or the code of the error. */
async function judged(declared: readonly string[], extension: string): Promise<string> {
  const formats = { "cdx.json": cycloneDx, "spdx.json": spdx, "syft.json": syft };
  const format = formats[extension as keyof typeof formats];
  if (format === undefined) return "no such format";
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build: () => ({ sbom: { launch: [format(components("app"))] } }),
  });
  const { layers, result } = await build(buildpack, { buildpack: { sbomFormats: declared } }).catch(
    async (error: LibcnbError) => ({ layers: {}, result: error }),
  );
  expect(Object.keys(layers)).toEqual(result instanceof Error ? [] : [`launch.sbom.${extension}`]);
  return result instanceof Error ? result.code : "written";
}

row(
  71,
  "A layer's SBOM goes into the image if the layer does, otherwise to the build's SBOMs, and with a cached layer also into the cache; the SBOM of a dropped layer is dropped",
  ["lifecycle", "framework"],
  async () => {
    const layers: readonly [KeptSbom, readonly string[]][] = [
      [launchLayer("launched", { metadata }), ["launch"]],
      [cachedLayer("cached", { metadata }), ["build", "cache"]],
      [cachedLayer("kept", { launch: true, metadata }), ["cache", "launch"]],
      [cachedLayer("built", { build: true, metadata }), ["build", "cache"]],
      [cachedLayer("all", { build: true, launch: true, metadata }), ["cache", "launch"]],
    ];
    const platform = await officialPlatform(lifecycle);
    const all = documented(layers.map(([layer]) => layer));
    const built = await platform.build({ buildpacks: { one: all } });
    expect(built).toMatchObject({ exitCode: 0 });
    expect(await setsByLayer(platform)).toEqual(Object.fromEntries(layers.map(([{ name }, sets]) => [name, sets])));
    expect(await built.export()).toMatchObject({ exitCode: 0 });
    // they come back, and the next build does not provide the layers
    const untouched = await platform.build({ buildpacks: { one: documented([]) } });
    expect(sbomNames(untouched.restored)).toEqual(layers.map(([{ name }]) => `one/${name}`).sort());
    expect(sbomNames(untouched.outcomes.one?.layers ?? {})).toEqual(["build", "launch"]);
    expect(await setsByLayer(platform)).toEqual({});
    // the lifecycle passes over a layer's SBOM if there is nothing else of the layer
    const orphan = {
      ...writer(`"application/vnd.cyclonedx+json"`, ""),
      "bin/build": `#!/bin/sh\ncd "$CNB_LAYERS_DIR"\necho '{}' | tee orphan.sbom.cdx.json known.sbom.cdx.json\necho '[types]' > known.toml\n`,
    };
    expect(await platform.build({ buildpacks: { one: orphan }, left: [] })).toMatchObject({ exitCode: 0 });
    expect(await setsByLayer(platform)).toEqual({ known: ["build"] });
  },
);

/** The layers, image or build that have an SBOM in CycloneDX. */
const sbomNames = (files: FileMap) =>
  Object.keys(files).flatMap((path) => (path.endsWith(".sbom.cdx.json") ? [path.replace(/\.sbom\..*/, "")] : []));

/** The sets in which the lifecycle put each layer's SBOM in CycloneDX. */
async function setsByLayer(platform: OfficialPlatform): Promise<Readonly<Record<string, readonly string[]>>> {
  const paths = Object.keys(await sbomDirectory(platform)).filter((path) => path.endsWith("/sbom.cdx.json"));
  const found: Record<string, string[]> = {};
  for (const path of paths.sort()) {
    const [set = "", , layer = ""] = path.split("/");
    if (path.split("/").length === 4) found[layer] = [...(found[layer] ?? []), set];
  }
  return found;
}

row(
  72,
  "SBOMs of layers are restored with their layers; each build rewrites the SBOMs of the image and of the build in all declared formats",
  ["lifecycle", "framework"],
  async () => {
    const platform = await officialPlatform(lifecycle);
    const first = await platform.build({ buildpacks: { one: documented([tool]) } });
    expect(await first.export()).toMatchObject({ exitCode: 0 });
    const second = await platform.build({ buildpacks: { one: documented([tool], { ofImage: false }) } });
    // Whatever their modes: the restorer sets the umask of all its threads to 0 while it extracts a layer.
    const sboms = (files: FileMap) =>
      Object.entries(files).flatMap(([path, entry]) => (path.includes(".sbom.") ? [[path, contentsOf(entry)]] : []));
    const ofTool = sboms(first.outcomes.one?.layers ?? {}).filter(([path]) => `${path}`.startsWith("tool."));
    expect(sboms(second.restored)).toEqual(ofTool.map(([path, text]) => [`one/${path}`, text]));
    expect(sboms(second.outcomes.one?.layers ?? {})).toEqual(ofTool);
    expect(Object.keys(inDirectory(await sbomDirectory(platform), "launch/one"))).toEqual(
      extensions.map((extension) => `tool/sbom.${extension}`),
    );
    const third = await platform.build({ buildpacks: { one: documented([tool]) } });
    expect(sboms(third.outcomes.one?.layers ?? {})).toEqual(sboms(first.outcomes.one?.layers ?? {}));
  },
);

const contentsOf = (entry: FileMap[string]) => (typeof entry === "object" && "mode" in entry ? entry.contents : entry);
