import { basename, dirname, join } from "node:path";
import { withFileLock } from "../lock/file-lock.ts";
import { type ArchiveFile, openArchive } from "../oci/files/archive-file.ts";
import { blobPath } from "../oci/files/layout-files.ts";
import { writeOutputFile } from "../oci/files/output-file.ts";
import { outputFile } from "../oci/files/output-target.ts";
import { digestOf } from "../oci/model/digest.ts";
import { parseIndex } from "../oci/model/document.ts";
import type { StoredArtifact } from "../oci/registry/attach.ts";
import { referrerDescriptor } from "../oci/registry/referrers-tag.ts";
import { encodeHeader, paddingOf } from "../tar/header.ts";
import { archiveEnd, memberBytes } from "../tar/write.ts";
import { layoutIndex } from "./layout-index.ts";

/**
 * Adds an artifact to an OCI archive that contains the artifact's subject. A new archive is
 * written, which then replaces the old file. All other members keep their content.
 *
 * @throws CnbError OUTPUT_UNWRITABLE, TAR_INVALID.
 */
export async function addArtifactToArchive(
  artifact: StoredArtifact,
  { file, signal }: { readonly file: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const target = outputFile(file);
  await withFileLock(join(dirname(target), `.${basename(target)}.lock`), signal, async () => {
    const archive = await openArchive(file, `oci-archive:${file}`);
    await writeOutputFile(file, archiveWith(artifact, archive));
  });
}

const root = { type: "file", uid: 0, gid: 0, mode: 0o644 } as const;
const indexPath = "index.json";

async function* archiveWith(
  { manifest, blobs }: StoredArtifact,
  archive: ArchiveFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { manifests } = parseIndex(await archive.document(indexPath), archive.where);
  const added = new Map<string, Uint8Array>([
    ...[...blobs, manifest.bytes].map((bytes) => [blobPath(digestOf(bytes)), bytes] as const),
    [indexPath, layoutIndex([...manifests, referrerDescriptor(manifest)])],
  ]);
  for (const { path } of archive.files) if (!added.has(path)) yield* memberOf(archive, path);
  for (const [path, content] of added) yield* memberBytes({ ...root, path, content });
  yield archiveEnd();
}

async function* memberOf(archive: ArchiveFile, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const size = archive.sizeOf(path) ?? 0;
  yield encodeHeader({ ...root, path, content: { file: "", size } });
  yield* archive.open(path);
  yield Buffer.alloc(paddingOf(size));
}
