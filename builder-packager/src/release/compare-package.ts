import type { PlannedPackage } from "../buildpackage/package.ts";
import { packageMainOf } from "../config/module-labels.ts";
import { CnbError } from "../errors.ts";
import { compareImages } from "../inspect/compare/compare-images.ts";
import { compareText } from "../inspect/compare/compare-text.ts";
import { locationOf } from "../inspect/inspected-location.ts";
import { readImages } from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import { serializeIndex } from "../oci/model/image-index.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";

/** The earlier release with which a package is compared. */
export interface EarlierRelease {
  /** The name as the user gave it: a .cnb file or an image. */
  readonly name: string;
  readonly cwd: string;
  readonly registry: RegistryOptions;
  readonly reporter: Reporter;
}

/**
 * Compares a package with an earlier release for each platform, and reports the differences. If
 * both have the same version, their digests must be equal.
 *
 * @throws CnbError PACKAGE_DIFFERS, ARGUMENT_INVALID for the release of another buildpack
 */
export async function comparePackage(planned: PlannedPackage, earlier: EarlierRelease): Promise<void> {
  const { name, cwd, registry, reporter } = earlier;
  const location = await locationOf(name, cwd);
  if (location.kind === "folder")
    throw new CnbError("ARGUMENT_INVALID", `--compare ${name} names a directory of sources, not a package`, {
      hint: "Pass the .cnb file or the image of the release.",
    });
  const { images } = await readImages(location.reference, { registry });
  const [first] = images;
  if (first === undefined) throw new Error(`${name} contains no image`);
  const main = packageMainOf(first, name);
  if (main.id !== planned.id)
    throw new CnbError("ARGUMENT_INVALID", `--compare ${name} names a package of ${main.id}, not of ${planned.id}`, {
      hint: `Pass the last release of ${planned.id}.`,
    });
  reporter.step(`Comparing with ${main.id}@${main.version} in ${name}`);
  const [before, now] = [serializeIndex({ images }).top.digest, serializeIndex(planned.index).top.digest];
  if (before === now) return reporter.info(`Same digest: ${now}`);
  for (const line of await differences(images, planned, name)) reporter.info(line);
  if (main.version !== planned.version) return;
  throw new CnbError(
    "PACKAGE_DIFFERS",
    `${main.id}@${main.version} differs from the package of this version in ${name}`,
    {
      hint: "Raise the version: cnb buildpack version VERSION. If the release was packaged with other flags or another version of cnb, use the same ones.",
    },
  );
}

async function differences(
  before: readonly Image[],
  { index, id, version }: PlannedPackage,
  name: string,
): Promise<readonly string[]> {
  const old = new Map(before.map((image) => [formatPlatform(image.config), image]));
  const now = new Map(index.images.map((image) => [formatPlatform(image.config), image]));
  const lines: string[] = [];
  for (const platform of new Set([...old.keys(), ...now.keys()])) {
    const [from, to] = [old.get(platform), now.get(platform)];
    if (from === undefined || to === undefined) {
      lines.push(`${platform}: only in ${from ? name : "the new package"}`);
      continue;
    }
    const names = { from: { name, image: from }, to: { name: `${id}@${version}`, image: to } };
    const comparison = await compareImages(names.from, names.to, { files: true });
    lines.push(`${platform}:`, ...compareText(comparison).trimEnd().split("\n"));
  }
  return lines;
}
