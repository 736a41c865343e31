// @needs busybox
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore } from "@libcnb/packager/oci";
import { file, tinyImage } from "../tiny/images.ts";
import type { Cluster } from "./cluster.ts";

/**
 * Publishes an image of one static program, for an ordinary user, and returns its name.
 *
 * @param path the path of the program in the image, which is also its entrypoint
 */
export async function publishProgram(cluster: Cluster, name: string, program: string, path: string): Promise<string> {
  const { dir } = cluster.node;
  const base = await tinyImage(dir, { entries: [] });
  const content = await readFile(program);
  const layer = await createLayer([file(path, content, 0o755)], await openBlobStore(join(dir, "blobs")));
  const image = oci.mutate.config(oci.mutate.appendLayers(base, [{ layer }]), { Entrypoint: [path] });
  const layout = join(dir, "images", name);
  await oci.write(image, { kind: "oci", dir: layout }, { name: `${name}:1` });
  await cluster.publish(layout, `${name}:1`);
  return `${cluster.registries.open}/${name}:1`;
}
