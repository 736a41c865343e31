import { join } from "node:path";
import type { Order } from "libcnb/platform";
import { unpackInCache } from "../cache/unpack.ts";
import { cacheDir } from "../cache-dirs.ts";
import { extractImage } from "../oci/extract.ts";
import type { Image, Layer } from "../oci/image.ts";
import { appendLayers, emptyImage } from "../oci/mutate.ts";
import type { Mount } from "../sandbox/spec.ts";
import type { BuildImageOptions } from "./build-options.ts";
import type { Builder } from "./builder.ts";
import { memberDir } from "./paths.ts";
import type { WorkDir } from "./work-dir.ts";

/** Buildpacks that one build has besides the builder's. */
export interface AddedBuildpacks {
  /** With the layer that holds each below `/cnb/buildpacks` or `/cnb/extensions`. */
  readonly modules: readonly {
    readonly kind: "buildpack" | "extension";
    readonly id: string;
    readonly version: string;
    readonly layer: Layer;
  }[];
  /** The groups to detect with, made of the builder's. */
  readonly order: (groups: Order) => Order;
  /** Image extensions in place of the builder's order of them. */
  readonly extensions?: Order;
}

/** Where added buildpacks lie on this machine. The builder stays as it is: they are mounted into it, over its own of the same version. */
export async function mountsOfAdded(
  { modules }: AddedBuildpacks,
  builder: Builder,
  { env, reporter, signal }: Pick<BuildImageOptions, "env" | "reporter" | "signal">,
): Promise<readonly Mount[]> {
  if (modules.length === 0) return [];
  const rootfs = await unpackInCache(imageOf(modules, builder), { cacheDir: cacheDir(env), reporter, signal });
  return placedIn(rootfs, modules);
}

/** The same where nothing can be mounted: they lie in the work directory, where the build's user can read them. */
export async function copiesOfAdded(
  { modules }: AddedBuildpacks,
  builder: Builder,
  work: WorkDir,
  signal: AbortSignal,
): Promise<readonly Mount[]> {
  const dir = join(work.dir, "buildpacks");
  const ownership = process.getuid?.() === 0 ? "keep" : "ignore";
  if (modules.length > 0) await extractImage(imageOf(modules, builder), dir, { ownership, devices: "skip", signal });
  return placedIn(dir, modules);
}

const placedIn = (rootfs: string, modules: AddedBuildpacks["modules"]): readonly Mount[] =>
  modules.map(({ kind, id, version }) => {
    const target = memberDir({ id, version, extension: kind === "extension" });
    return { source: `${rootfs}${target}`, target, readonly: true };
  });

function imageOf(modules: AddedBuildpacks["modules"], builder: Builder): Image {
  const layers = new Map(modules.map(({ layer }) => [layer.diffId, { layer }]));
  return appendLayers(emptyImage(builder.image.config), [...layers.values()]);
}
