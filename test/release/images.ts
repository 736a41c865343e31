import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Image, parseImageReference, read } from "@libcnb/packager/oci";
import { formatToml, parseToml } from "libcnb/spec";
import { tarMembers } from "../../builder-packager/src/tar/read.ts";
import { root } from "../support/cnb.ts";
import { runScript } from "./assets.ts";
import { runCnb } from "./cnb-command.ts";
import { builderWithCnb, type PublishedImage, platforms, type ReleasePlan } from "./plan.ts";
import { mergedSbom, type SbomDocument } from "./sbom.ts";

/** An image that is built and not published yet. */
export interface PreparedImage extends PublishedImage {
  /** The OCI layout, in the form `oci:DIR`. */
  readonly layout: string;
  readonly digest: string;
  readonly sbomFile: string;
}

export interface PrepareOptions {
  /** The directory for layouts and SBOMs. */
  readonly dir: string;
  /** The builder's configuration, relative to the repository's root. Directories are relative to it. */
  readonly builder: string;
  /** The file of settings for the base images, relative to the repository's root. */
  readonly base: string;
  readonly onProgress: (line: string) => void;
}

/** Builds all images of a release into OCI layouts. The same commit gives the same digests. */
export async function prepareImages(plan: ReleasePlan, options: PrepareOptions): Promise<readonly PreparedImage[]> {
  const { dir, base, onProgress } = options;
  await mkdir(join(dir, "sbom"), { recursive: true });
  onProgress("base-build, base-run");
  const archs = platforms.flatMap((platform) => ["--arch", platform.replace("linux/", "")]);
  await runCnb(["base", "create", layoutIn(dir, "base"), "--config", join(root, base), ...archs]);
  const targets = platforms.flatMap((platform) => ["--target", platform]);
  for (const image of plan.images) {
    if (image.kind === "base") continue;
    onProgress(image.name);
    const output = layoutIn(dir, image.name);
    if (image.kind === "lifecycle") await runCnb(["lifecycle", "create", output, ...targets]);
    else if (image.kind === "program") await createProgramImage(output);
    else if (image.kind === "builder") {
      const config = join(dir, "builder.toml");
      await writeFile(config, await builderToml(plan, options));
      const flags = image.name === builderWithCnb ? ["--with-cnb"] : [];
      await runCnb(["builder", "create", output, "--config", config, ...targets, ...flags]);
    } else await runCnb(["buildpack", "package", join(root, image.dir ?? ""), "--output", output, ...targets]);
  }
  return Promise.all(plan.images.map((image) => prepared(image, plan.version, dir)));
}

/** The build of the static program also writes its image. */
async function createProgramImage(output: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "static-program-"));
  try {
    await runScript("builder-packager/static/build.ts", [work]);
    await runCnb(["copy", `oci:${join(work, "image")}`, output]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const layoutIn = (dir: string, name: string): string => `oci:${join(dir, name)}`;

/**
 * The builder's configuration with the images of the release. The buildpacks are compiled from their
 * directories, because one builder then has one executable for all of them.
 */
async function builderToml({ images }: ReleasePlan, { dir, builder }: PrepareOptions): Promise<string> {
  const { buildpacks, targets, ...config } = parseToml(await readFile(join(root, builder), "utf8"), builder);
  const run = images.find(({ name }) => name === "base-run");
  const folders = images.filter(({ kind }) => kind === "buildpack");
  return formatToml({
    ...config,
    buildpacks: folders.map((image) => ({ uri: join(root, image.dir ?? "") })),
    build: { image: layoutIn(dir, "base-build") },
    run: { images: [{ image: run?.reference ?? "" }] },
  });
}

async function prepared(image: PublishedImage, version: string, dir: string): Promise<PreparedImage> {
  const layout = layoutIn(dir, image.name);
  const digest = (await runCnb(["image", "digest", layout])).trim();
  const sbomFile = join(dir, "sbom", `${image.name}.cdx.json`);
  const { images } = await read(parseImageReference(layout));
  const parts = (await Promise.all(images.map(sbomsIn))).flat();
  await writeFile(sbomFile, `${JSON.stringify(mergedSbom(image, version, parts), undefined, 2)}\n`);
  return { ...image, layout, digest: digest.replace(/^.*@/, ""), sbomFile };
}

/** The SBOMs of a base image, of buildpacks next to their descriptors, and of cnb in a builder or in its own image. */
async function sbomsIn({ layers }: Image): Promise<readonly SbomDocument[]> {
  const found: SbomDocument[] = [];
  for (const layer of layers)
    for await (const member of tarMembers(layer.uncompressed())) {
      if (!/^\/?(opt\/|usr\/share\/doc\/)?cnb\/.*bom\.cdx\.json$/.test(member.path) || member.type !== "file") continue;
      const parts: Uint8Array[] = [];
      for await (const part of member.content()) parts.push(part);
      found.push(JSON.parse(Buffer.concat(parts).toString()) as SbomDocument);
    }
  return found;
}
