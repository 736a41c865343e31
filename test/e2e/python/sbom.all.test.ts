import { buildImage } from "@libcnb/packager/testing";
import { expect, test } from "vitest";
import { appFolder } from "../../support/apps/app.ts";
import { sbomSchemas, schemaErrors } from "../../support/images/sbom-schemas.ts";
import { tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

const world = usePythonWorld();

test.for(Object.entries(tools))(
  "each SBOM of an image with packages of %s is valid and lists these packages",
  async ([, tool]) => {
    const app = await appFolder({ files: tool.files(), commands: tool.lock });
    await using image = await buildImage({ ...world(), app });
    const { sbom } = await image.inspect();
    const paths = Object.keys(sbom).sort();
    expect(paths).toEqual(
      ["libcnb_python-engine/python", "libcnb_python-packages"].flatMap((from) =>
        ["cdx", "spdx", "syft"].map((format) => `${from}/sbom.${format}.json`),
      ),
    );
    expect(paths.map((path) => schemaErrors(sbomSchemas[formatOf(path)], sbom[path]))).toEqual(paths.map(() => []));
    expect(packagesIn(sbom["libcnb_python-packages/sbom.cdx.json"])).toEqual([
      { purl: "pkg:pypi/idna@3.10", licensed: true, hashed: true },
      { purl: "pkg:pypi/inflection@0.5.1", licensed: true, hashed: true },
    ]);
  },
);

const formatOf = (path: string) => (/\.(cdx|spdx|syft)\.json$/.exec(path)?.[1] ?? "cdx") as keyof typeof sbomSchemas;

interface Component {
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly object[];
}

/** Those of an index, without the app that they are for. */
const packagesIn = (document: unknown) =>
  (document as { readonly components: readonly Component[] }).components
    .filter(({ purl }) => purl?.startsWith("pkg:pypi/") && !purl.startsWith("pkg:pypi/app@"))
    .map(({ purl, licenses = [], hashes = [] }) => ({ purl, licensed: licenses.length > 0, hashed: hashes.length > 0 }))
    .sort((a, b) => ((a.purl ?? "") < (b.purl ?? "") ? -1 : 1));
