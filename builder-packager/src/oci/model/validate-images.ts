import { openSource, type ReadImageOptions, readImages } from "../image-io.ts";
import { allInDockerArchive } from "../source/docker-archive.ts";
import { sourceIssues } from "../validation/layout.ts";
import { issuesOf, within } from "../validation/measure.ts";
import type { Image } from "./image.ts";
import { formatPlatform } from "./image-platform.ts";
import type { ImageReference } from "./reference.ts";
import { validateImage } from "./validate.ts";

/**
 * Reads all content under a name and describes each inconsistency. Checks digests, sizes, diff IDs,
 * media types, manifests against configurations, and an index against its images. In a layout or
 * OCI archive, also finds missing and unreferenced files. The result is empty for valid images.
 *
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_…, DAEMON_… when the name cannot be read at all.
 * @example `for (const issue of await validate(parseImageReference("oci:dist/app"))) console.error(issue)`
 */
export async function validateImages(
  reference: ImageReference,
  options: Omit<ReadImageOptions, "platform"> = {},
): Promise<string[]> {
  const issues = await issuesOf(async () => {
    if (reference.kind === "docker-archive") return savedIssues(await allInDockerArchive(reference));
    if (reference.kind === "docker-daemon") return savedIssues((await readImages(reference, options)).images);
    const whole = reference.kind === "oci-archive" || (reference.kind === "oci" && reference.tag === undefined);
    return sourceIssues(await openSource(reference, options), whole);
  });
  return [...issues];
}

async function savedIssues(images: readonly Image[]): Promise<string[]> {
  const issues: string[] = [];
  for (const image of images) issues.push(...within(formatPlatform(image.config), await validateImage(image)));
  return issues;
}
