import { resolve } from "node:path";
import { rootCertificates } from "node:tls";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { nameOf } from "../lifecycle/entry-name.ts";
import { layerEntries } from "../lifecycle/layer.ts";
import { openLifecycle } from "../lifecycle/open.ts";
import {
  defaultLifecycleVersion,
  type LifecycleArch,
  type LifecycleSource,
  lifecycleArchs,
  type OpenedLifecycle,
} from "../lifecycle/source.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { appendLayers, emptyImage, withConfig, withEnv, withLabels } from "../oci/model/mutate.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import type { TarEntry } from "../tar/entry.ts";
import { lifecycleLabels } from "./labels.ts";

/**
 * Returns the source of a lifecycle that a command-line option names: a version, an archive or an
 * image. A file whose name is a version must be written as `./0.21.0`.
 *
 * @example `lifecycleNamed("0.21.0", "/project") // { version: "0.21.0" }`
 */
export function lifecycleNamed(name: string | undefined, cwd: string): LifecycleSource {
  if (name === undefined) return { version: defaultLifecycleVersion };
  if (/^v?\d+\.\d+\.\d+(-[\w.]+)?$/.test(name)) return { version: name.replace(/^v/, "") };
  return { uri: /^(https?|file|docker):\/\//.test(name) ? name : resolve(cwd, name) };
}

export interface LifecycleImageOptions {
  /** The platforms. Each has an image of its own in the result. */
  readonly platforms: readonly Platform[];
  /** The store of the image's layers. */
  readonly store: BlobStore;
  /** The directory of cached lifecycles. */
  readonly lifecycleCacheDir: string;
  /** Environment variables of the phases. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Labels to add to the image. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly registry?: RegistryOptions;
}

/**
 * Creates the image of a lifecycle, which kpack (`ClusterLifecycle`), pack (`--lifecycle-image`)
 * and Tekton's task of the phases use. In addition to the lifecycle, the image contains the files
 * that the phases need to access registries and to look up user names. Equal inputs give an equal
 * digest.
 *
 * @throws CnbError LIFECYCLE_UNAVAILABLE, LIFECYCLE_INVALID, ARGUMENT_INVALID for a platform that
 * has no lifecycle
 * @example
 * ```ts
 * const platforms = [{ os: "linux", architecture: "amd64" }];
 * const options = { platforms, store, lifecycleCacheDir: cacheDir, reporter, env, signal };
 * await writeImages(await createLifecycleImage({ version: "0.21.0" }, options), { kind: "oci", dir: "lifecycle" });
 * ```
 */
export async function createLifecycleImage(
  source: LifecycleSource,
  options: LifecycleImageOptions,
): Promise<ImageIndex> {
  const images: Image[] = [];
  for (const platform of options.platforms) images.push(await imageFor(source, platform, options));
  return { images };
}

async function imageFor(source: LifecycleSource, platform: Platform, options: LifecycleImageOptions): Promise<Image> {
  const { store, signal, lifecycleCacheDir: cacheDir, labels = {}, variables = {} } = options;
  const lifecycle = await openLifecycle(source, {
    ...options,
    ...defined({ registry: options.registry }),
    arch: archOf(platform),
    cacheDir,
  });
  const added = [
    {
      layer: await createLayer(systemEntries, store, { signal }),
      history: { created_by: "CA certificates and users" },
    },
    // kpack takes the last layer, and nothing else, as the lifecycle
    { layer: await wholeLifecycle(lifecycle, options), history: { created_by: `Lifecycle ${lifecycle.version}` } },
  ];
  const image = withConfig(appendLayers(emptyImage(platform), added), { WorkingDir: "/layers" });
  return withLabels(withEnv(image, { PATH: "/cnb/lifecycle", ...variables }), {
    ...labels,
    ...lifecycleLabels(lifecycle),
  });
}

/**
 * Creates the layer of the lifecycle with `lifecycle.toml`, as in the official image. `cnb builder
 * create` and pack read this file when an image is the lifecycle of a builder.
 */
async function wholeLifecycle(lifecycle: OpenedLifecycle, { store, signal }: LifecycleImageOptions): Promise<Layer> {
  const entries = await lifecycle.entries();
  const descriptor = entries.filter((entry) => nameOf(entry) === "lifecycle.toml" && entry.type === "file");
  const named = descriptor.map((entry) => ({ ...entry, path: "/cnb/lifecycle.toml" }));
  return createLayer([...layerEntries(entries), ...named], store, { signal });
}

function archOf(platform: Platform): LifecycleArch {
  const arch = lifecycleArchs.find((each) => each === platform.architecture);
  if (platform.os === "linux" && arch !== undefined) return arch;
  throw new CnbError("ARGUMENT_INVALID", `there is no lifecycle for ${formatPlatform(platform)}`, {
    hint: `Use --target with one of ${lifecycleArchs.map((each) => `linux/${each}`).join(", ")}.`,
  });
}

const own = { uid: 0, gid: 0 };
const directory = (path: string, mode = 0o755): TarEntry => ({ type: "directory", path, mode, ...own });
const file = (path: string, lines: readonly string[]): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  ...own,
  content: Buffer.from(`${lines.join("\n")}\n`),
});

/** The official image has these files from its base. Without CA certificates, the phases trust no registry. */
const systemEntries: readonly TarEntry[] = [
  directory("/etc"),
  file("/etc/group", ["root:x:0:", "nobody:x:65534:"]),
  file("/etc/passwd", [
    "root:x:0:0:root:/root:/sbin/nologin",
    "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
  ]),
  directory("/etc/ssl"),
  directory("/etc/ssl/certs"),
  file("/etc/ssl/certs/ca-certificates.crt", rootCertificates),
  directory("/layers"),
  directory("/root", 0o700),
  directory("/tmp", 0o1777),
  directory("/workspace"),
];
