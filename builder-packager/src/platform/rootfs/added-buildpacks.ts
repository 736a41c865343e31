import { join } from "node:path";
import { unpackInCache } from "../../cache/unpack.ts";
import { cacheDir } from "../../cache-dirs.ts";
import { extractImage } from "../../oci/layers/extract.ts";
import type { Image } from "../../oci/model/image.ts";
import { appendLayers, emptyImage } from "../../oci/model/mutate.ts";
import type { Mount } from "../../sandbox/spec.ts";
import type { AddedBuildpacks, BuildSettings } from "../build-options.ts";
import type { Builder } from "../images/builder.ts";
import { memberDir } from "../paths.ts";
import type { WorkDir } from "./work-dir.ts";

/**
 * Unpacks added buildpacks and returns the mounts that add them to the builder's root. The unpacked
 * builder is unchanged. A mount hides the builder's own buildpack of the same id and version.
 */
export async function mountsOfAdded(
  { modules }: AddedBuildpacks,
  builder: Builder,
  { env, reporter, signal }: Pick<BuildSettings, "env" | "reporter" | "signal">,
): Promise<readonly Mount[]> {
  if (modules.length === 0) return [];
  const rootfs = await unpackInCache(imageOf(modules, builder), { cacheDir: cacheDir(env), reporter, signal });
  return mountsIn(rootfs, modules);
}

/**
 * Unpacks added buildpacks into the work directory, where the build's user can read them, for
 * builds that cannot mount anything.
 */
export async function copiesOfAdded(
  { modules }: AddedBuildpacks,
  builder: Builder,
  work: WorkDir,
  signal: AbortSignal,
): Promise<readonly Mount[]> {
  const dir = join(work.dir, "buildpacks");
  const ownership = process.getuid?.() === 0 ? "keep" : "ignore";
  if (modules.length > 0) await extractImage(imageOf(modules, builder), dir, { ownership, devices: "skip", signal });
  return mountsIn(dir, modules);
}

const mountsIn = (rootfs: string, modules: AddedBuildpacks["modules"]): readonly Mount[] =>
  modules.map(({ kind, id, version }) => {
    const target = memberDir({ id, version, extension: kind === "extension" });
    return { source: `${rootfs}${target}`, target, readonly: true };
  });

function imageOf(modules: AddedBuildpacks["modules"], builder: Builder): Image {
  const layers = new Map(modules.map(({ layer }) => [layer.diffId, { layer }]));
  return appendLayers(emptyImage(builder.image.config), [...layers.values()]);
}
