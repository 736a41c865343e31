import { createReadStream } from "node:fs";
import type { StoredImage } from "../../buildah/storage.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { layerFromTar } from "../../oci/layers/layer.ts";
import type { ImageConfig } from "../../oci/model/spec.ts";
import { editTar, type MemberEdit } from "../../tar/edit.ts";
import { normalizedMtime } from "../../tar/entry.ts";
import type { Member } from "../../tar/member.ts";
import { type CreatedLayer, instructionsOf } from "./extended-image.ts";
import type { GeneratedDockerfile } from "./generated.ts";

/**
 * Reads the layers created by a Dockerfile. Leaves out files that do not belong in an image.
 *
 * @param sinceMs the start of this build, in milliseconds since 1970. Files with later times were
 * created by a `RUN` instruction
 */
export async function createdLayers(
  { store, sinceMs }: { readonly store: BlobStore; readonly sinceMs: number },
  base: ImageConfig,
  { config, layerFile }: StoredImage,
  { facts, kind }: Pick<GeneratedDockerfile, "facts" | "kind">,
): Promise<readonly CreatedLayer[]> {
  const own = config.rootfs.diff_ids.slice(base.rootfs.diff_ids.length);
  const instructions = instructionsOf(base, config, facts.instructions);
  const made: CreatedLayer[] = [];
  for (const [index, diffId] of own.entries()) {
    const tar = editTar(createReadStream(layerFile(diffId)), { member: afterCreation(sinceMs), isRecordOmitted });
    const instruction = (instructions.length === own.length && instructions[index]) || `${kind}.Dockerfile`;
    made.push({ layer: await layerFromTar(tar, store), instruction });
  }
  return made.filter(({ layer }) => layer.diffId !== emptyTar);
}

/** The diff ID of a tar archive without members. */
const emptyTar = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

/**
 * Edits the members of a layer. Kernel directories are omitted, and so are files that buildah
 * mounts over the image's own during a command; the lifecycle's extender ignores both. Files that a
 * command created get a fixed time, so that equal inputs produce equal images.
 */
function afterCreation(sinceMs: number): (member: Member) => MemberEdit {
  return ({ path, type, size, mtime }) => {
    const name = path.replace(/^\.?\//, "").replace(/\/$/, "");
    if (/^(dev|proc|sys)(\/|$)/.test(name)) return "omit";
    if (type === "file" && size === 0 && /^etc\/(hosts|hostname|resolv\.conf)$/.test(name)) return "omit";
    return mtime * 1000 >= Math.floor(sinceMs / 1000) * 1000 ? { mtime: normalizedMtime } : undefined;
  };
}

/**
 * True for attributes by which an overlay in a user namespace marks files. They have no meaning in
 * an image.
 */
const isRecordOmitted = (key: string): boolean => /^SCHILY\.xattr\.(user|trusted)\.overlay\./.test(key);
