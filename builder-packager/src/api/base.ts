import process from "node:process";
import { planBase } from "../base/base-plan.ts";
import type { BaseToml } from "../base/base-toml.ts";
import { type BaseImages, createBase as create } from "../base/create-base.ts";
import type { BaseFlags } from "../base/flag-values.ts";
import type { PlannedFile } from "../base/tree/planned-files.ts";
import { cacheDir } from "../cache-dirs.ts";
import type { LockFile } from "../config/lock-file.ts";
import { type LayerCompression, openBlobStore } from "../oci/layers/blob-store.ts";
import type { Host } from "./host.ts";

/** The input of {@link createBase}. */
export interface BaseInput {
  /** The content of base.toml, as `parseBaseToml` returns it. */
  readonly config: BaseToml;
  /** Values that replace those of base.toml, in the form of the flags of `cnb base create`. */
  readonly flags?: BaseFlags;
  /** CA certificates in PEM form that both images trust. */
  readonly certificates?: readonly string[];
  /** Files to add to the images, as `readPlannedFiles` returns them. */
  readonly files?: readonly PlannedFile[];
  /** True to accept a package index of the archive that has expired. @default false */
  readonly allowExpired?: boolean;
  /** The images' creation time in ISO 8601. @default 1980-01-01T00:00:01Z */
  readonly created?: string;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression;
  /**
   * The lock file, which pins the packages. The caller must call its `finish` after writing the
   * images.
   */
  readonly lock?: LockFile;
}

/**
 * Creates a build image and a run image from the packages of a Debian-like distribution. Root is
 * not required, and no program of the packages is executed. The result is reproducible if the lock
 * file pins the packages, or as long as the archive has the same versions. No output is written.
 *
 * @throws CnbError with a BASE_ or LOCK_ code
 * @example
 * `const { build, run } = await createBase({ config: parseBaseToml(text, "base.toml") }, host)`
 */
export async function createBase(input: BaseInput, host: Host): Promise<BaseImages> {
  const { config, flags = {}, certificates = [], files = [], compression, ...others } = input;
  const { env, reporter, signal, registry } = host;
  const plan = planBase(flags, config, { certificates, files }, process.arch);
  const store = await openBlobStore(cacheDir(env, "blobs"), { compression });
  const context = { env, reporter, signal, registry, store, cacheDir: cacheDir(env, "base"), now: Date.now() };
  return create(plan, { ...others, ...context });
}
