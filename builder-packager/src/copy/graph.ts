import { concurrently } from "../concurrently.ts";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Digest } from "../oci/model/digest.ts";
import { parseIndex, parseManifest } from "../oci/model/document.ts";
import { isIndex } from "../oci/model/media-type.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import type { StoredManifest } from "../oci/registry/manifest-read.ts";
import type { Content, NamedManifest, TaggedManifest } from "./content.ts";

/**
 * All parts of one image: the images of its index, their blobs, and the artifacts that refer to
 * them.
 */
export interface ImageGraph {
  readonly top: StoredManifest;
  /** The manifests below the top one. Each precedes the index that lists it. */
  readonly children: readonly StoredManifest[];
  /** The artifacts that refer to a manifest of the image. Each follows its subject. */
  readonly referrers: readonly StoredManifest[];
  readonly tagged: readonly TaggedManifest[];
  /** The blobs of each manifest. */
  readonly blobs: ReadonlyMap<Digest, readonly Descriptor[]>;
}

/** No real index has more. A hostile index could list others without end. */
const maxManifests = 1000;
/** Signatures of SBOMs of images have three. */
const maxReferrerDepth = 4;
const concurrency = 8;

/**
 * Reads all manifests of an image. If `referrers` is true, also reads the manifests of artifacts
 * that refer to the image, and of artifacts that refer to those artifacts.
 *
 * @throws CnbError IMAGE_INVALID, BLOB_CORRUPT, REGISTRY_….
 */
export async function readGraph(
  { manifest: top, content }: NamedManifest,
  { referrers = true }: { readonly referrers?: boolean | undefined } = {},
): Promise<ImageGraph> {
  const visited = new GraphVisit(content);
  await visited.visit(top, 0);
  const own = [...visited.order];
  if (referrers) await visited.visitReferrers(own, 0);
  const tagged = new Set(visited.tagged.map(({ manifest }) => manifest.digest));
  return {
    top,
    children: own.filter(({ digest }) => digest !== top.digest),
    referrers: visited.order.slice(own.length).filter(({ digest }) => !tagged.has(digest)),
    tagged: visited.tagged,
    blobs: visited.blobs,
  };
}

/** A walk over the manifests of an image, each once. */
class GraphVisit {
  readonly #content: Content;
  readonly order: StoredManifest[] = [];
  readonly blobs = new Map<Digest, readonly Descriptor[]>();
  readonly tagged: TaggedManifest[] = [];

  constructor(content: Content) {
    this.#content = content;
  }

  /** Visits a manifest after those that it lists. */
  async visit(manifest: StoredManifest, depth: number): Promise<void> {
    if (this.blobs.has(manifest.digest)) return;
    const { where } = this.#content;
    if (depth > limits.indexDepth.most || this.blobs.size >= maxManifests)
      throw new CnbError(
        "IMAGE_INVALID",
        `the index of ${where} has more than ${limits.indexDepth.most} levels or ${maxManifests} manifests`,
      );
    const index = isIndex(manifest.mediaType);
    this.blobs.set(manifest.digest, index ? [] : blobsOf(manifest, where));
    const listed = index ? parseIndex(manifest.bytes, where).manifests : [];
    for (const child of await this.#read(listed)) await this.visit(child, depth + 1);
    this.order.push(manifest);
  }

  /** Reads the manifests that were not visited. */
  #read(listed: readonly Descriptor[]): Promise<readonly StoredManifest[]> {
    const missing = listed.filter(({ digest }) => !this.blobs.has(digest)).slice(0, maxManifests + 1);
    return concurrently(missing, (each) => this.#content.manifest(each), { limit: concurrency });
  }

  /** Visits the artifacts of these manifests, then the artifacts of the artifacts. */
  async visitReferrers(subjects: readonly StoredManifest[], depth: number): Promise<void> {
    if (subjects.length === 0 || depth > maxReferrerDepth) return;
    const before = this.order.length;
    const artifactsOf = async ({ digest }: StoredManifest) => {
      const lists = [this.#content.referrers(digest), this.#content.taggedArtifacts(digest)] as const;
      const [referring, tagged] = await Promise.all(lists);
      return { referring, tagged };
    };
    const found = await concurrently(subjects, artifactsOf, { limit: concurrency });
    for (const { referring, tagged } of found) {
      for (const each of await this.#read(referring)) await this.visit(each, 0);
      for (const each of tagged) {
        await this.visit(each.manifest, 0);
        this.tagged.push(each);
      }
    }
    await this.visitReferrers(this.order.slice(before), depth + 1);
  }
}

function blobsOf({ bytes }: StoredManifest, where: string): readonly Descriptor[] {
  const { config, layers } = parseManifest(bytes, where);
  return [config, ...layers];
}

/**
 * Lists all manifests of an image. Each index follows the manifests that it lists, and each
 * artifact follows its subject.
 */
export const allManifests = ({ top, children, referrers, tagged }: ImageGraph): readonly StoredManifest[] => [
  ...children,
  top,
  ...referrers,
  ...tagged.map(({ manifest }) => manifest),
];

/** Lists all blobs of images without duplicates, in the order of their manifests. */
export function allBlobs(graphs: readonly ImageGraph[]): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const graph of graphs)
    for (const { digest } of allManifests(graph))
      for (const blob of graph.blobs.get(digest) ?? []) if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob);
  return [...blobs.values()];
}
