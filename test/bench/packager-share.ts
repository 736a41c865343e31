import { join } from "node:path";
import { type Image, type Layer, labelsOf } from "@libcnb/packager/oci";
import { root } from "../support/cnb.ts";
import { idleLifecycle } from "../support/lifecycle/idle-lifecycle.ts";
import { type PackWorld, packWorld } from "../support/pack/pack-world.ts";
import { templateWorkspace } from "../support/template-workspace.ts";
import { type Figure, plain } from "./figure.ts";

/** The compressed size of our buildpacks in a builder: three of them, and sixteen. */
export async function* packagerShare(): AsyncGenerator<Figure> {
  const world = await packWorld();
  try {
    await idleLifecycle(join(world.dir, "lifecycle.tgz"));
    const sixteen = await templateWorkspace(join(world.dir, "workspace"), 16);
    yield await shareOf(world, { name: "3", folder: join(root, "buildpacks/nodejs"), id: "libcnb/nodejs" });
    yield await shareOf(world, { name: "16", folder: sixteen, id: "test/templates" });
  } finally {
    await world.remove();
  }
}

async function shareOf(
  { dir, host, cnb, write, image }: PackWorld,
  { name, folder, id }: { readonly name: string; readonly folder: string; readonly id: string },
): Promise<Figure> {
  await cnb(["buildpack", "package", folder, "--output", join(dir, `${name}.cnb`), "--target", "linux/amd64"]);
  const text = `
[[buildpacks]]
uri = "${name}.cnb"
[[order]]
group = [{ id = "${id}" }]
[build]
image = "${host}/base/build:1"
[[run.images]]
image = "${host}/base/run:1"
[lifecycle]
uri = "lifecycle.tgz"
`;
  await write(".", { [`${name}.toml`]: text });
  await cnb(["builder", "create", `${host}/share:${name}`, "--config", join(dir, `${name}.toml`)]);
  return plain(`builder's share of ${name} buildpacks`, megabytesOfModules(await image(`share:${name}`)), "MB", 41);
}

/** Compressed, each layer once. */
export function megabytesOfModules(image: Image): number {
  const modules: Record<string, Record<string, { layerDiffID: string }>> = JSON.parse(
    labelsOf(image)["io.buildpacks.buildpack.layers"] ?? "{}",
  );
  const versions = Object.values(modules).flatMap((each) => Object.values(each));
  const diffIds = new Set(versions.map(({ layerDiffID }) => layerDiffID));
  const size = ({ diffId, size: bytes }: Layer) => (diffIds.has(diffId) ? bytes : 0);
  return image.layers.reduce((total, layer) => total + size(layer), 0) / 1e6;
}
