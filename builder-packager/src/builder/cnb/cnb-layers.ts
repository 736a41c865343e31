import { type CnbInImage, cnbLabel } from "../../config/cnb/cnb-label.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { envOf } from "../../oci/model/mutate.ts";
import type { Reporter } from "../../reporter.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { CnbFile, CnbFiles } from "./cnb-files.ts";

/** The directory of `cnb` and its Node.js in a builder. It is not on PATH, so buildpacks do not find this Node.js. */
const cnbDir = "/opt/cnb";

/**
 * The directories for the program `cnb`, in the order of preference. `/bin` is not one of them: it may be a symbolic
 * link to `usr/bin`, and the entry `/bin/cnb` would hide it together with `/bin/sh`.
 */
const programDirs = ["/usr/local/bin", "/usr/bin"];

/**
 * Starts `cnb`. The program is not a symbolic link, because bin/cnb.js looks for Node.js next to the path under
 * which it is started. It does not use the first line of bin/cnb.js, because small images have no env(1).
 */
const starter = `#!/bin/sh\nexec /bin/sh ${cnbDir}/bin/cnb.js "$@"\n`;

/** A layer of `cnb`, with its title in the history of the builder. */
export interface CnbLayer {
  readonly title: string;
  readonly layer: Layer;
}

export interface CnbLayerOptions {
  readonly store: BlobStore;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** The layers and labels that `cnb` adds to a build image. */
export interface CnbParts {
  readonly layers: readonly CnbLayer[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The parts of a builder without `cnb`: none. */
export const noCnb: CnbParts = { layers: [], labels: {} };

/**
 * Creates the layers that `cnb` adds to a build image, first that of Node.js, then that of `cnb`, and the label by which
 * `cnb` recognizes the builder.
 */
export async function cnbParts(
  files: CnbFiles,
  buildImage: Image,
  { store, reporter, signal }: CnbLayerOptions,
): Promise<CnbParts> {
  const path = envOf(buildImage)["PATH"];
  const dir = programDir(path);
  if (path !== undefined && !path.split(":").includes(dir))
    reporter.warn(`cnb is not on PATH in the builder: the build image sets PATH=${path}. Start it as ${dir}/cnb`);
  const { node, cnb } = cnbEntries(files, path);
  const layers = [
    { title: `Node.js ${files.node} for cnb`, layer: await createLayer(node, store, { signal }) },
    { title: `cnb ${files.version}`, layer: await createLayer(cnb, store, { signal }) },
  ];
  const content: CnbInImage = {
    version: files.version,
    node: files.node,
    layers: layers.map(({ layer }) => layer.diffId),
  };
  return { layers, labels: { [cnbLabel]: JSON.stringify(content) } };
}

/** The entries of the two layers that `cnb` adds to a builder. */
export interface CnbEntries {
  readonly node: readonly TarEntry[];
  readonly cnb: readonly TarEntry[];
}

/**
 * Plans the layers of `cnb`.
 *
 * @param path the value of PATH in the build image. It is not changed, because buildpacks inherit it.
 */
export const cnbEntries = ({ nodeFiles, cnbFiles }: CnbFiles, path: string | undefined): CnbEntries => ({
  node: treeOf(nodeFiles),
  cnb: [
    ...treeOf(cnbFiles),
    {
      ...owned,
      type: "file",
      path: `${programDir(path)}/cnb`,
      mode: 0o755,
      content: Buffer.from(starter),
    },
  ],
});

/** Returns the directory for the program; undefined PATH means that of the container engine, which has both. */
export function programDir(path: string | undefined): string {
  const dirs = path?.split(":") ?? programDirs;
  return programDirs.find((dir) => dirs.includes(dir)) ?? programDirs[0] ?? "";
}

const owned = { uid: 0, gid: 0 } as const;

/** The files with all their directories, sorted by path. */
function treeOf(files: readonly CnbFile[]): readonly TarEntry[] {
  const directories = new Set(files.flatMap(({ path }) => parentsOf(`${cnbDir}/${path}`)));
  const entries: TarEntry[] = [
    ...[...directories].map((path) => ({ ...owned, type: "directory", path, mode: 0o755 }) as const),
    ...files.map(
      ({ path, mode, content }) => ({ ...owned, type: "file", path: `${cnbDir}/${path}`, mode, content }) as const,
    ),
  ];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The directories of a path, from that of `cnb` on. */
function parentsOf(path: string): readonly string[] {
  const dir = path.slice(0, path.lastIndexOf("/"));
  return dir.length < cnbDir.length ? [] : [...parentsOf(dir), dir];
}
