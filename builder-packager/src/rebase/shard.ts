import { createHash } from "node:crypto";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";

/** One of `count` parts of a set of images. `index` is from 1 to `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const mostShards = 10_000;

/**
 * Parses the value of `--shard`, such as `2/8`.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count && shard.count <= mostShards) return shard;
  throw new CnbError("ARGUMENT_INVALID", `--shard ${text} does not have the form INDEX/COUNT`, {
    hint: `Use an index from 1 to the count, for example 1/8 to 8/8. The count is at most ${mostShards}.`,
  });
}

/**
 * True if the shard contains the repository, or the image outside a registry, with this name. The
 * name alone decides, so shards need no coordination, and an image that appears or disappears moves
 * no other image.
 */
export function isInShard(name: string, { index, count }: Shard): boolean {
  const hash = createHash("sha256").update(name).digest().readUInt32BE(0);
  return hash % count === index - 1;
}

/**
 * The name that determines an image's shard. All tags of a repository are in the same shard, so that
 * each repository's tags are listed by one shard only.
 */
export const shardName = (image: ImageReference): string =>
  image.kind === "registry" ? repositoryName(image.registry, image.repository) : formatImageReference(image);

/** The name of a repository, which determines its shard. */
export const repositoryName = (registry: string, repository: string): string => `${registry}/${repository}`;
