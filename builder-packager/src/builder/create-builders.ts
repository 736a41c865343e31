import type { LockFile } from "../config/lock-file.ts";
import type { Image } from "../oci/model/image.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import type { Reporter } from "../reporter.ts";
import { builderFor, type CreateBuilderOptions } from "./create-builder.ts";
import type { BuilderTarget, BuilderToml } from "./toml/builder-toml.ts";
import { chooseTargets } from "./toml/targets.ts";

/** Options of {@link createBuilders}. */
export interface CreateBuildersOptions extends Omit<CreateBuilderOptions, "platform" | "lock"> {
  /**
   * The targets. @default `[[targets]]` of builder.toml, or else the platform of the build image
   */
  readonly targets?: readonly BuilderTarget[];
  readonly lock?: LockFile | undefined;
}

/**
 * Creates one builder per target, with its own lifecycle, base images and buildpacks.
 *
 * @throws CnbError like {@link createBuilder}; LOCK_STALE
 * @example
 * ```ts
 * const options = { dir, store, lifecycleCacheDir: cacheDir, reporter, env, signal, createdBy: "1.0.0" };
 * const { images } = await createBuilders(parseBuilderToml(text, "builder.toml"), options);
 * await writeImages({ images }, { kind: "oci-archive", file: "builder.tar" });
 * ```
 */
export async function createBuilders(
  config: BuilderToml,
  { targets = [], lock, reporter, ...others }: CreateBuildersOptions,
): Promise<ImageIndex> {
  const options = { ...others, reporter: warningOnce(reporter) };
  for (const warning of config.warnings) options.reporter.warn(warning);
  const chosen = chooseTargets(config, targets);
  if (chosen.length === 0)
    return { images: [await builderFor(config, undefined, { ...options, lock: lock?.target("default") })] };
  const images: Image[] = [];
  for (const target of chosen) {
    if (chosen.length > 1) options.reporter.step(`Assembling for ${formatPlatform(target)}`);
    images.push(await builderFor(config, target, { ...options, lock: lock?.target(formatPlatform(target)) }));
  }
  return { images };
}

/** Reports a warning for several targets only once. */
function warningOnce(reporter: Reporter): Reporter {
  const reported = new Set<string>();
  return {
    ...reporter,
    warn(text) {
      if (!reported.has(text)) reporter.warn(text);
      reported.add(text);
    },
  };
}
