import { defined } from "../defined.ts";
import type { Digest } from "../oci/model/digest.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { BuildReport } from "../platform/build-report.ts";

/** The facts about the built image that later steps of a CI job need. */
export interface BuildOutputs {
  /** The image's name, such as `registry.example.com/shop:1.2`. */
  readonly image: string;
  /** The additional names. */
  readonly tags: readonly string[];
  readonly digest: Digest;
  /** The name that always selects this image: `REPOSITORY@DIGEST`. Only an image in a registry has one. */
  readonly reference?: string;
  readonly report: BuildReport;
}

/** Combines the names of an image with the report of the build that wrote the image. */
export function buildOutputs(
  output: ImageReference,
  tags: readonly ImageReference[],
  report: BuildReport,
): BuildOutputs {
  const { manifestDigest: digest } = report;
  return {
    image: formatImageReference(output),
    tags: tags.map(formatImageReference),
    digest,
    report,
    ...defined({ reference: referenceOf(output, digest) }),
  };
}

const referenceOf = (output: ImageReference, digest: Digest): string | undefined =>
  output.kind === "registry" ? `${output.registry}/${output.repository}@${digest}` : undefined;

/**
 * Returns the outputs as pairs of name and value, in the order of the documentation. Tekton Chains
 * reads `IMAGE_URL` and `IMAGE_DIGEST` of a task.
 */
export const variablesOf = ({ image, digest, reference }: BuildOutputs): readonly (readonly [string, string])[] => [
  ["IMAGE_URL", image],
  ["IMAGE_DIGEST", digest],
  ...(reference === undefined ? [] : ([["IMAGE_REFERENCE", reference]] as const)),
];
