import { readDescriptor } from "../buildpackage/sources/source.ts";
import { inspectedImage } from "../inspect/inspected-image.ts";
import { locationOf } from "../inspect/inspected-location.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { familyOf } from "./family.ts";
import { byId, type PackageSummary, packageSummary, summaryOf } from "./summary.ts";

/**
 * Summarizes a package at a location, or the buildpack in a directory. The summary of a directory
 * includes the members that are directories.
 *
 * @throws CnbError IMAGE_NOT_FOUND, BUILDPACKAGE_INVALID, BUILDPACK_INVALID, …
 */
export async function readSummary(
  name: string,
  { cwd, registry }: { readonly cwd: string; readonly registry: RegistryOptions },
): Promise<PackageSummary> {
  const location = await locationOf(name, cwd);
  if (location.kind === "folder") return folderSummary(location.dir);
  const { image, about } = await inspectedImage(location.reference, { registry });
  const digest = about.index ?? serializeImage(image).manifestDigest;
  return { digest, ...(await packageSummary(image, formatImageReference(location.reference))) };
}

async function folderSummary(dir: string): Promise<PackageSummary> {
  const [main, ...members] = await Promise.all(
    [...(await familyOf([dir])).values()].map(async (member) =>
      summaryOf((await readDescriptor(member.dir, "buildpack")).descriptor),
    ),
  );
  if (main === undefined) throw new Error(`${dir} has no buildpack`);
  return { main, members: members.toSorted(byId) };
}
