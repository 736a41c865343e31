import { cnbReader } from "../builder/cnb/cnb-files.ts";
import { createBuilders } from "../builder/create-builders.ts";
import type { FlattenGroup } from "../builder/flatten.ts";
import type { BuilderTarget, BuilderToml } from "../builder/toml/builder-toml.ts";
import { cacheDir } from "../cache-dirs.ts";
import type { LockFile } from "../config/lock-file.ts";
import { type LayerCompression, openBlobStore } from "../oci/layers/blob-store.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import { packageVersion } from "../version.ts";
import type { Host } from "./host.ts";

/** The input of {@link createBuilder}. */
export interface BuilderInput {
  /** The content of builder.toml, as `parseBuilderToml` returns it. */
  readonly config: BuilderToml;
  /** The directory of builder.toml, to which its paths are relative. */
  readonly dir: string;
  /**
   * The targets. @default `[[targets]]` of builder.toml, or else the platform of the build image
   */
  readonly targets?: readonly BuilderTarget[];
  /** Labels to add to the builder image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Groups of buildpacks. Each group shares one layer. */
  readonly flatten?: readonly FlattenGroup[];
  /**
   * `none` leaves out the lifecycle and its launcher. Only `cnb build` can use such a builder.
   * @default "lifecycle"
   */
  readonly launcher?: "lifecycle" | "none";
  /**
   * True to add `cnb` and Node.js to the builder, so that `cnb build` can run in containers of the
   * builder. @default false
   */
  readonly withCnb?: boolean;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression;
  /** The version in the builder's metadata. @default the version of this package */
  readonly createdBy?: string;
  /**
   * The lock file, which pins the parts of the builder. The caller must call its `finish` after
   * writing the builder.
   */
  readonly lock?: LockFile;
}

/**
 * Creates a builder for each target, with its own lifecycle, base images and buildpacks. No output
 * is written.
 *
 * @throws CnbError BUILDER_…, BUILDPACK_…, LIFECYCLE_…, LOCK_STALE, IMAGE_…, REGISTRY_….
 * @example
 * ```ts
 * const builder = await createBuilder({ config: parseBuilderToml(text, "builder.toml"), dir: "." }, host);
 * await write(builder, { kind: "oci-archive", file: "builder.tar" });
 * ```
 */
export async function createBuilder(input: BuilderInput, host: Host): Promise<ImageIndex> {
  const { config, compression, withCnb = false, createdBy = packageVersion, ...others } = input;
  const { env, reporter, signal, registry } = host;
  const store = await openBlobStore(cacheDir(env, "blobs"), { compression });
  const context = { env, reporter, signal, registry, store, lifecycleCacheDir: cacheDir(env, "lifecycle") };
  const readCnb = withCnb ? cnbReader({ env, reporter, cwd: input.dir }) : undefined;
  return createBuilders(config, { ...others, ...context, createdBy, readCnb });
}
