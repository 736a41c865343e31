import { chmod, writeFile } from "node:fs/promises";
import { ForeignFileTooLarge, readForeignFile } from "../../files/foreign-file.ts";
import { limits } from "../../limits.ts";
import { layerEntries } from "../../oci/layers/layer-content.ts";
import type { Layer } from "../../oci/model/image.ts";
import type { TarEntry } from "../../tar/entry.ts";

/** An SBOM file, on the host. */
interface SbomSource {
  readonly hostPath: string;
  /** The directory that the file must be in. */
  readonly root: string;
}

/**
 * Copies the SBOM of a buildpack or of the launcher to a new file. The file has mode 0644, because
 * it becomes part of the image. Throws an Error with `name` if it is unreadable or larger than 64
 * MiB.
 */
export async function copySbom({ hostPath, root }: SbomSource, target: string, name: string): Promise<void> {
  const content = await readForeignFile(hostPath, limits.sbomFile.most, root).catch((error: unknown) => {
    if (!(error instanceof ForeignFileTooLarge)) throw error;
    throw new Error(`the SBOM ${name} has ${error.size} bytes, but at most ${limits.sbomFile.most} are allowed`);
  });
  if (content === undefined) throw new Error(`the SBOM ${name} cannot be read`);
  await writeFile(target, content);
  await chmod(target, 0o644);
}

/**
 * Reads the SBOM files in a layer of the previous image. Throws TAR_TOO_LARGE for more than 256
 * MiB.
 */
export const sbomEntries = (layer: Layer): Promise<readonly TarEntry[]> =>
  layerEntries(layer, { maxBytes: limits.restoredSboms.most });
