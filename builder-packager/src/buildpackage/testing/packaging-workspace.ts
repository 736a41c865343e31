import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDir } from "../../cache-dirs.ts";
import { hostArchitecture } from "../../compile/executable/node-release.ts";
import { modulesOf, packageMainOf } from "../../config/module-labels.ts";
import { readImage } from "../../oci/image-io.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { type Reporter, silentReporter } from "../../reporter.ts";
import { decompress } from "../../tar/compression.ts";
import { readTar } from "../../tar/read.ts";
import { type PackageResult, packageBuildpack } from "../package.ts";
import type { PackageRequest } from "../package-request.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A directory for writing, packaging and inspecting buildpacks. */
export interface PackagingWorkspace {
  readonly dir: string;
  folder(name: string, files: Files): Promise<string>;
  /** Like the directory itself, for TypeScript: with access to the framework. */
  project(name: string, files: Files): Promise<string>;
  /** Packages a buildpack. Outputs are relative to the directory. */
  packaged(
    dir: string,
    outputs: readonly string[],
    more?: Partial<PackageRequest> & { readonly reporter?: Reporter; readonly env?: NodeJS.ProcessEnv },
  ): Promise<PackageResult>;
  read(location: string, platform?: Platform): Promise<PackageView>;
  remove(): Promise<void>;
}

export interface PackageView {
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly main: string;
  readonly modules: readonly string[];
  /** One list for each layer: `755 file /cnb/…`. */
  readonly layers: readonly (readonly string[])[];
}

/**
 * Creates the directory. Its caches are inside, except the cache of compiled programs, which take
 * seconds to build.
 */
export async function packagingWorkspace(): Promise<PackagingWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), "packaging-"));
  const folder = (name: string, files: Files) => writeFiles(join(dir, name), files);
  return {
    dir,
    folder,
    async project(name, files) {
      const path = await folder(name, files);
      await mkdir(join(path, "node_modules"), { recursive: true });
      await symlink(framework, join(path, "node_modules/libcnb"));
      return path;
    },
    packaged: (path, outputs, { reporter = silentReporter, env = {}, ...more } = {}) =>
      packageBuildpack(
        { dir: path, outputs, ...more },
        { env: { ...process.env, LIBCNB_CACHE_DIR: cacheDir(process.env), ...env }, cwd: dir, reporter },
      ),
    read: (location, platform) => view(dir, location, platform),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));

async function writeFiles(dir: string, files: Files): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

async function view(dir: string, location: string, platform: Platform | undefined): Promise<PackageView> {
  const path = resolve(dir, location.replace(/^oci:/, ""));
  const reference = location.startsWith("oci:")
    ? ({ kind: "oci", dir: path } as const)
    : ({ kind: "oci-archive", file: path } as const);
  const image = await readImage(reference, platform ? { platform } : {});
  const layers = image.layers.map(async (layer) => {
    const entries = await readTar(decompress(layer.uncompressed()));
    return entries.map((entry) => {
      const target = "target" in entry ? ` -> ${entry.target}` : "";
      return `${entry.mode.toString(8)} ${entry.type} ${entry.path}${target}`;
    });
  });
  const { id, version } = packageMainOf(image, location);
  return {
    architecture: image.config.architecture,
    labels: image.config.config?.Labels ?? {},
    main: `${id}@${version}`,
    modules: modulesOf(image, location).map((module) => `${module.id}@${module.version}`),
    layers: await Promise.all(layers),
  };
}

/** A finished phase with its output and layers directory. */
export interface PhaseRun {
  readonly status: number | null;
  readonly printed: string;
  readonly layers: string;
}

/** Unpacks an OCI layout as in a builder, and runs a phase of a buildpack in it. */
export async function runPhase(layout: string, own: string, phase: string): Promise<PhaseRun> {
  const rootfs = await mkdtemp(`${layout}-rootfs-`);
  const image = await readImage({ kind: "oci", dir: layout });
  for (const { digest } of image.layers) {
    const blob = join(layout, "blobs", digest.replace(":", "/"));
    const { status, stderr } = spawnSync("tar", ["-xzf", blob, "-C", rootfs, "--no-same-owner"]);
    if (status !== 0) throw new Error(String(stderr));
  }
  const [layers, plan, dir] = [join(rootfs, "layers"), join(rootfs, "plan.toml"), join(rootfs, "cnb/buildpacks", own)];
  await mkdir(layers);
  await writeFile(plan, "");
  const env = {
    CNB_BUILDPACK_DIR: dir,
    CNB_PLATFORM_DIR: join(rootfs, "platform"),
    CNB_LAYERS_DIR: layers,
    CNB_BP_PLAN_PATH: plan,
    CNB_BUILD_PLAN_PATH: plan,
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: hostArchitecture() ?? "amd64",
  };
  const { status, stdout, stderr } = spawnSync(join(dir, "bin", phase), { cwd: rootfs, env, encoding: "utf8" });
  return { status, printed: stdout + stderr, layers };
}
