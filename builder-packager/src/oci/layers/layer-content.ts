import { createHash } from "node:crypto";
import { defined } from "../../defined.ts";
import { CnbError, type CnbErrorCode } from "../../errors.ts";
import { decompress } from "../../tar/compression.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { readTar, type StreamedMember, tarMembers } from "../../tar/read.ts";
import { turns } from "../../turns.ts";
import type { Layer } from "../model/image.ts";

/**
 * Visits the members of a layer in order.
 *
 * The uncompressed contents are compared with the layer's diff ID, because caches identify contents
 * by that ID. The layer's digest only identifies its compressed blob.
 *
 * @returns the number of uncompressed bytes
 * @throws CnbError BLOB_CORRUPT; TAR_INVALID and TAR_UNSUPPORTED with the layer's name; the errors
 * of `visit`; the reason of `signal`.
 */
export async function forEachMember(
  layer: Layer,
  visit: (member: StreamedMember) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const turn = turns(signal);
  let bytes = 0;
  async function* counted() {
    for await (const chunk of verified(layer, decompress(layer.compressed()))) {
      bytes += chunk.length;
      await turn();
      yield chunk;
    }
  }
  try {
    for await (const member of tarMembers(counted())) await visit(member);
    return bytes;
  } catch (error) {
    throw await explained(layer, error);
  }
}

/**
 * Reads the entries of a small layer into memory.
 *
 * @throws CnbError BLOB_CORRUPT, TAR_INVALID, TAR_UNSUPPORTED, TAR_TOO_LARGE: with the layer's
 * name.
 */
export async function layerEntries(
  layer: Layer,
  options: { readonly maxBytes?: number } = {},
): Promise<readonly TarEntry[]> {
  try {
    return await readTar(verified(layer, layer.uncompressed()), options);
  } catch (error) {
    throw await explained(layer, error);
  }
}

async function* verified({ digest, diffId }: Layer, contents: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const chunk of contents) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest("hex")}`;
  if (found === diffId) return;
  throw new CnbError(
    "BLOB_CORRUPT",
    `the contents of layer ${digest} have the digest ${found}, but the image's configuration lists ${diffId}`,
    {
      hint: "The image is damaged or hostile. Do not use it.",
    },
  );
}

const tarCodes: readonly CnbErrorCode[] = ["TAR_INVALID", "TAR_UNSUPPORTED", "TAR_TOO_LARGE"];

/**
 * Returns the error to report. Reading a damaged blob usually fails with invalid content before the
 * end of the blob, where the digest is verified. This function therefore reads the whole blob
 * again, and returns the error of the digest if there is one.
 */
async function explained(layer: Layer, error: unknown): Promise<unknown> {
  if (!(error instanceof CnbError) || !tarCodes.includes(error.code)) return error;
  try {
    for await (const _ of layer.compressed());
  } catch (damage) {
    return damage;
  }
  return new CnbError(error.code, `layer ${layer.digest}: ${error.message}`, {
    cause: error.cause,
    ...defined({ hint: error.hint }),
  });
}
