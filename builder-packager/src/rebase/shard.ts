import { createHash } from "node:crypto";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";

/** One of the `count` parts into which a set of images is divided. `index` is from 1 to `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const mostShards = 10_000;

/**
 * Parses the value of `--shard`, such as `2/8`. Many systems count from 0, and some of them can neither
 * add nor start a shell. The same shard is therefore also `1+1/8`.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function parseShard(text: string): Shard {
  const [, index, one, count] = /^(\d{1,5})(\+1)?\/(\d{1,5})$/.exec(text) ?? [];
  const shard = { index: Number(index) + (one === undefined ? 0 : 1), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count && shard.count <= mostShards) return shard;
  throw new CnbError("ARGUMENT_INVALID", `--shard ${text} does not have the form INDEX/COUNT`, {
    hint: `Use an index from 1 to the count, for example 1/8 to 8/8, or 0+1/8 to 7+1/8. The count is at most ${mostShards}.`,
  });
}

/**
 * True if the shard contains the repository with this name, or the image with this name that is not
 * in a registry. Only the name decides. Therefore shards need no coordination, and adding or
 * removing an image does not move other images to another shard.
 */
export function isInShard(name: string, { index, count }: Shard): boolean {
  const hash = createHash("sha256").update(name).digest().readUInt32BE(0);
  return hash % count === index - 1;
}

/**
 * Returns the name that determines an image's shard. All tags of a repository are in the same
 * shard, so that only one shard lists the tags of a repository.
 */
export const shardName = (image: ImageReference): string =>
  image.kind === "registry" ? repositoryName(image.registry, image.repository) : formatImageReference(image);

/** Returns the name of a repository, which determines its shard. */
export const repositoryName = (registry: string, repository: string): string => `${registry}/${repository}`;
