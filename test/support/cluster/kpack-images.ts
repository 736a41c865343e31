// @needs go
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore } from "@libcnb/packager/oci";
import { cnbSucceeds, pinnedNode } from "../cnb.ts";
import { enginePath, hostFiles, librariesOf } from "../images/docker-bases.ts";
import { lifecycleArchive } from "../lifecycle/lifecycle-archive.ts";
import { file, link } from "../tiny/images.ts";
import type { ShellBuildpack } from "../tiny/shell-builder.ts";
import { shellImage } from "../tiny/shell-image.ts";
import type { Cluster } from "./cluster.ts";
import { publishImage, shopBuildpack, shopCommands } from "./shop.ts";

/** The builder.toml of the shop, with all images in the registry of the cluster. */
export const builderToml = (registry: string, buildpack = `${registry}/buildpack:1`, run = "1"): string => `
[build]
image = "${registry}/base-build:1"
[[run.images]]
image = "${registry}/base-run:${run}"
[[buildpacks]]
uri = "docker://${buildpack}"
[[order]]
[[order.group]]
id = "test/shop"
`;

/** Publishes base images: `base-build:1`, and `base-run:1` and `base-run:2`, which differ in a file.
 * They contain the libraries of Node.js. */
export async function publishBases(cluster: Cluster): Promise<void> {
  const store = await openBlobStore(join(cluster.node.dir, "blobs"));
  // kpack reads the stack id of both base images. The program cnb of a builder is in /usr/local/bin.
  const labels = { "io.buildpacks.stack.id": "any" };
  const env = [`PATH=${enginePath}`, "CNB_USER_ID=1000", "CNB_GROUP_ID=1000"];
  const base = await shellImage(cluster.node.dir, { labels, env });
  const links = shopCommands.map((name) => link(`/bin/${name}`, "busybox"));
  const libraries = await hostFiles(await librariesOf(pinnedNode));
  for (const [name, version] of [
    ["base-build:1", "build"],
    ["base-run:1", "1"],
    ["base-run:2", "2"],
  ] as const) {
    const layer = await createLayer([...links, ...libraries, file("/run-version", version)], store);
    await publishImage(cluster, oci.mutate.appendLayers(base, [{ layer }]), name);
  }
}

/** Publishes a version of the shop's buildpack as `buildpack:NUMBER`. */
export async function publishBuildpack(cluster: Cluster, number: string): Promise<void> {
  const dir = join(cluster.node.dir, `buildpack-${number}`);
  for (const [path, text] of Object.entries(versionOf(shopBuildpack, number))) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text, { mode: path.startsWith("bin/") ? 0o755 : 0o644 });
  }
  const layout = join(cluster.node.dir, "images", `buildpack-${number}`);
  await cnbSucceeds(["buildpack", "package", dir, "--output", `oci:${layout}`]);
  await cluster.publish(layout, `buildpack:${number}`);
}

const versionOf = ({ files, version }: ShellBuildpack, number: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(version, `${number}.0.0`)]));

/** Publishes `lifecycle:1` with the official lifecycle, for kpack. */
export async function publishLifecycle(cluster: Cluster): Promise<void> {
  const layout = join(cluster.node.dir, "images/lifecycle");
  await cnbSucceeds(["lifecycle", "create", `oci:${layout}`, "--lifecycle", await lifecycleArchive()]);
  await cluster.publish(layout, "lifecycle:1");
}
