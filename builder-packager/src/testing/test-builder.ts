import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatToml, parseBuildpackToml } from "libcnb/spec";
import { createBuilder } from "../builder/create-builder.ts";
import { parseBuilderToml } from "../builder/toml/builder-toml.ts";
import { packageBuildpack } from "../buildpackage/package.ts";
import { cacheDir } from "../cache-dirs.ts";
import { defined } from "../defined.ts";
import { writeImage } from "../oci/image-io.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { formatPlatform, hostPlatform } from "../oci/model/image-platform.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Reporter } from "../reporter.ts";
import { packageVersion } from "../version.ts";

/** The base images for a builder that a test creates. */
export interface TestBase {
  /** The image in which buildpacks run, for example `oci:base-build`. */
  readonly build: string;
  /** The run image, which is the base of the apps that are built. */
  readonly run: string;
  /** The lifecycle of the builder. Default: that of `cnb builder create`. */
  readonly lifecycle?: { readonly version?: string; readonly uri?: string };
}

/** The buildpacks and base images of a test builder. */
export interface TestBuilder {
  /**
   * The directories of the buildpacks, each with a buildpack.toml. The buildpacks form one group in
   * this order.
   */
  readonly buildpacks: readonly string[];
  readonly base: TestBase;
}

/** The directories and environment variables for creating a test builder. */
export interface BuilderEnvironment {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Packages buildpacks and creates a builder with them, as `cnb buildpack package` and `cnb builder
 * create` do.
 */
export async function makeBuilder(
  { buildpacks, base }: TestBuilder,
  environment: BuilderEnvironment,
): Promise<ImageReference> {
  const { dir, env, reporter, signal } = environment;
  const packages = await Promise.all(
    buildpacks.map((folder, index) => packaged(folder, `buildpack-${index}.cnb`, environment)),
  );
  const group = await Promise.all(buildpacks.map(identityOf));
  const text = formatToml({
    buildpacks: packages.map((uri) => ({ uri })),
    order: [{ group }],
    build: { image: base.build },
    run: { images: [{ image: base.run }] },
    ...defined({ lifecycle: base.lifecycle }),
  });
  const image = await createBuilder(parseBuilderToml(text, "builder.toml"), {
    dir: process.cwd(),
    env,
    reporter,
    signal,
    createdBy: packageVersion,
    store: await openBlobStore(cacheDir(env, "blobs")),
    lifecycleCacheDir: cacheDir(env, "lifecycle"),
  });
  const reference: ImageReference = { kind: "oci", dir: join(dir, "builder") };
  await writeImage(image, reference);
  return reference;
}

async function packaged(
  folder: string,
  name: string,
  { dir, env, reporter, signal }: BuilderEnvironment,
): Promise<string> {
  const request = { dir: folder, outputs: [join(dir, name)], targets: [formatPlatform(hostPlatform())] };
  await packageBuildpack({ ...request, registry: { env, signal } }, { env, cwd: process.cwd(), reporter, signal });
  return join(dir, name);
}

async function identityOf(folder: string): Promise<{ readonly id: string; readonly version: string }> {
  const file = join(resolve(folder), "buildpack.toml");
  const { id, version } = parseBuildpackToml(await readFile(file), file).buildpack;
  return { id, version };
}
