// @needs busybox, namespaces
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import {
  type BlobStore,
  createLayer,
  type Image,
  type Layer,
  labelsOf,
  openBlobStore,
  type TarEntry,
} from "@libcnb/packager/oci";
import { shellImage } from "./shell-image.ts";

/** A buildpack made of files; those in `bin/` are executable. */
export interface ShellBuildpack {
  readonly id: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface ShellBuilderOptions {
  /** The directory of its blobs. */
  readonly dir: string;
  readonly buildpacks: readonly ShellBuildpack[];
  /** Image extensions, made of files likewise. */
  readonly extensions?: readonly ShellBuildpack[];
  /** Text of /cnb/order.toml. */
  readonly order: string;
  /** The name of its run image. */
  readonly runImage: string;
  /** A lifecycle as its release archive holds it. */
  readonly lifecycle: { readonly version: string; readonly entries: readonly TarEntry[] };
  readonly platformApis: readonly string[];
  /** Files of /cnb/build-config/env. */
  readonly operatorEnv?: Readonly<Record<string, string>>;
  /** Further files, by their path. */
  readonly files?: Readonly<Record<string, string>>;
}

const owned = { uid: 0, gid: 0 };

/** A builder with a shell, an official lifecycle and buildpacks that are shell scripts: nothing of ours builds in it. */
export async function shellBuilder(options: ShellBuilderOptions): Promise<Image> {
  const store = await openBlobStore(join(options.dir, "blobs"));
  const base = await shellImage(options.dir);
  const lifecycle = await lifecycleLayer(options, store);
  const members = [
    ...options.buildpacks.flatMap((buildpack) => memberFiles("/cnb/buildpacks", buildpack)),
    ...(options.extensions ?? []).flatMap((extension) => memberFiles("/cnb/extensions", extension)),
  ];
  const layer = await createLayer([...members, ...settings(options)], store);
  const image = oci.mutate.appendLayers(base, [{ layer: lifecycle }, { layer }]);
  return oci.mutate.labels(oci.mutate.config(image, { WorkingDir: "/layers" }), {
    ...labelsOf(base),
    "io.buildpacks.builder.metadata": label(options),
  });
}

const lifecycleLayers = new WeakMap<object, Promise<Layer>>();

/** Compressed once for all builders: it is much larger than the rest of them. */
function lifecycleLayer({ lifecycle }: ShellBuilderOptions, store: BlobStore): Promise<Layer> {
  const layer = lifecycleLayers.get(lifecycle) ?? createLayer([...skeleton(), ...lifecycleFiles(lifecycle)], store);
  lifecycleLayers.set(lifecycle, layer);
  return layer;
}

const directory = (path: string, uid = 0): TarEntry => ({ type: "directory", path, mode: 0o755, uid, gid: uid });

const file = (path: string, text: string, mode = 0o644): TarEntry => ({
  type: "file",
  path,
  mode,
  ...owned,
  content: Buffer.from(text),
});

function skeleton(): readonly TarEntry[] {
  const root = [
    "/cnb",
    "/cnb/buildpacks",
    "/cnb/lifecycle",
    "/platform",
    "/platform/env",
    "/cnb/build-config",
    "/cnb/build-config/env",
  ];
  return [directory("/workspace", 1000), directory("/layers", 1000), ...root.map((path) => directory(path))];
}

function lifecycleFiles(lifecycle: ShellBuilderOptions["lifecycle"]): readonly TarEntry[] {
  const inside = lifecycle.entries.filter(({ type, path }) => type !== "directory" && path.startsWith("lifecycle/"));
  return inside.map((entry) => ({ ...entry, path: `/cnb/${entry.path}` }));
}

function memberFiles(parent: string, { id, version, files }: ShellBuildpack): readonly TarEntry[] {
  const root = `${parent}/${id.replaceAll("/", "_")}`;
  const dirs = [root, `${root}/${version}`, `${root}/${version}/bin`].map((path) => directory(path));
  const contents = Object.entries(files).map(([path, text]) =>
    file(`${root}/${version}/${path}`, text, path.startsWith("bin/") ? 0o755 : 0o644),
  );
  return [...dirs, ...contents];
}

function settings({ order, runImage, operatorEnv = {}, files = {} }: ShellBuilderOptions): readonly TarEntry[] {
  const env = [
    ...Object.entries(operatorEnv).map(([name, value]) => file(`/cnb/build-config/env/${name}`, value)),
    ...Object.entries(files).map(([path, text]) => file(path, text)),
  ];
  return [file("/cnb/order.toml", order), file("/cnb/run.toml", `[[images]]\n  image = "${runImage}"\n`), ...env];
}

function label({ lifecycle, platformApis, runImage, buildpacks, extensions = [] }: ShellBuilderOptions): string {
  const buildpackApis = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"];
  const apis = {
    buildpack: { deprecated: [], supported: buildpackApis },
    platform: { deprecated: [], supported: platformApis },
  };
  return JSON.stringify({
    buildpacks: buildpacks.map(({ id, version }) => ({ id, version })),
    extensions: extensions.map(({ id, version }) => ({ id, version })),
    lifecycle: { version: lifecycle.version, apis },
    images: [{ image: runImage }],
    stack: { runImage: { image: runImage } },
  });
}
