import { type CnbInImage, cnbLabel } from "../src/config/cnb/cnb-label.ts";
import type { BlobStore } from "../src/oci/layers/blob-store.ts";
import { createLayer } from "../src/oci/layers/layer.ts";
import type { Image, Layer } from "../src/oci/model/image.ts";
import type { ImageIndex } from "../src/oci/model/image-index.ts";
import { appendLayers, emptyImage, withAnnotations, withConfig, withEnv, withLabels } from "../src/oci/model/mutate.ts";
import type { TarEntry } from "../src/tar/entry.ts";
import { packageVersion } from "../src/version.ts";
import type { ProgramDocuments } from "./documents.ts";

/** The contents of the image: a program for each architecture, and the documents of the programs. */
export interface ProgramImageParts extends ProgramDocuments {
  readonly programs: Readonly<Record<string, Uint8Array>>;
}

/** The user of the image. Any other user can run `cnb`, too. */
const user = "65532:65532";

const programDir = "/usr/local/bin";
const documentDir = "/usr/share/doc/cnb";

/**
 * Creates the image of the static program, with one layer for each platform. The same parts give the
 * same digest.
 *
 * The image contains no CA certificates, because the engine contains those of Mozilla.
 */
export async function programImage(parts: ProgramImageParts, store: BlobStore): Promise<ImageIndex> {
  const annotations = annotationsOf(parts.sbom);
  const images: Image[] = [];
  for (const [architecture, program] of Object.entries(parts.programs)) {
    const layer = await createLayer(entriesOf(program, parts), store, { level: 9 });
    images.push(withAnnotations(imageWith(layer, architecture, annotations), annotations));
  }
  return { images, annotations };
}

function imageWith(layer: Layer, architecture: string, labels: Readonly<Record<string, string>>): Image {
  const history = { created_by: `cnb ${packageVersion}` };
  const image = appendLayers(emptyImage({ os: "linux", architecture }), [{ layer, history }]);
  const settings = { User: user, Entrypoint: [`${programDir}/cnb`], WorkingDir: "/" };
  const content: CnbInImage = { version: packageVersion, layers: [layer.diffId] };
  return withLabels(withEnv(withConfig(image, settings), { PATH: programDir }), {
    ...labels,
    [cnbLabel]: JSON.stringify(content),
  });
}

/** `/tmp` is the only directory that every user can write to. `cnb` has its cache there. */
const entriesOf = (program: Uint8Array, { licences, sbom }: ProgramDocuments): readonly TarEntry[] => [
  directory("/tmp", 0o1777),
  directory("/usr"),
  directory("/usr/local"),
  directory(programDir),
  file(`${programDir}/cnb`, program, 0o755),
  directory("/usr/share"),
  directory("/usr/share/doc"),
  directory(documentDir),
  file(`${documentDir}/LICENSES.txt`, licences),
  file(`${documentDir}/sbom.cdx.json`, sbom),
];

const owner = { uid: 0, gid: 0 } as const;
const directory = (path: string, mode = 0o755): TarEntry => ({ ...owner, type: "directory", path, mode });
const file = (path: string, content: Uint8Array | string, mode = 0o644): TarEntry => ({
  ...owner,
  type: "file",
  path,
  mode,
  content: typeof content === "string" ? Buffer.from(content) : content,
});

const repository = "https://github.com/libcnb/libcnb.ts";

/** https://specs.opencontainers.org/image-spec/annotations/ */
const annotationsOf = (sbom: string): Readonly<Record<string, string>> => ({
  "org.opencontainers.image.title": "cnb",
  "org.opencontainers.image.description": "The commands of cnb for images, as one static program",
  "org.opencontainers.image.version": packageVersion,
  "org.opencontainers.image.source": repository,
  "org.opencontainers.image.documentation": `${repository}/blob/v${packageVersion}/docs/guide/static-program.md`,
  "org.opencontainers.image.licenses": licenceExpression(sbom),
});

interface LicenceChoice {
  readonly license?: { readonly id?: string };
  readonly expression?: string;
}

/** Returns an SPDX expression for the licences of all parts of the program. */
export function licenceExpression(sbom: string): string {
  const { metadata, components }: SbomLicences = JSON.parse(sbom);
  const choices = [metadata.component, ...components].flatMap(({ licenses = [] }) => licenses);
  const expressions = choices.flatMap(({ license, expression }) => license?.id ?? expression ?? []);
  return [...new Set(expressions)]
    .map((each) => (/ (OR|AND) /.test(each) ? `(${each})` : each))
    .toSorted()
    .join(" AND ");
}

interface SbomLicences {
  readonly metadata: { readonly component: { readonly licenses?: readonly LicenceChoice[] } };
  readonly components: readonly { readonly licenses?: readonly LicenceChoice[] }[];
}
