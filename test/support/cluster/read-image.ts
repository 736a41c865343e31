import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import type { Cluster } from "./cluster.ts";
import { cnbInCluster } from "./shop.ts";

/**
 * Reads an image from a registry of the cluster.
 *
 * @param flags the flags of cnb for this registry
 */
export async function readImage(cluster: Cluster, name: string, flags: readonly string[]): Promise<Image> {
  const layout = `oci:${join(cluster.node.dir, "read", name.replaceAll(/[^\w.-]/g, "-"))}`;
  await cnbInCluster(cluster, ["copy", name, layout, ...flags]);
  return oci.imageFor(await oci.read(parseImageReference(layout)));
}

/** The paths of all files in the layers of an image. */
export async function pathsIn({ layers }: Image): Promise<readonly string[]> {
  const entries = await Promise.all(layers.map((layer) => readTar(layer.uncompressed())));
  return entries.flat().map(({ path }) => path);
}
