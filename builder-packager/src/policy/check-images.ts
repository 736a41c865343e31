import { CnbError } from "../errors.ts";
import { type ImageIndex, serializeIndex } from "../oci/model/image-index.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { decide } from "./decide.ts";
import type { CheckedImage } from "./facts/facts.ts";
import { gatherFacts } from "./facts/gather.ts";
import type { Policy } from "./policy.ts";
import { combinedVulnerabilities } from "./reports/analyses.ts";
import type { VulnerabilityReport } from "./reports/vulnerability.ts";
import { readAndVerify } from "./verified-images.ts";
import type { WaivedFindings } from "./waivers.ts";

/** Options of {@link checkImages}. */
export interface CheckOptions {
  /** The image's name, as the user wrote it. */
  readonly name: string;
  readonly policy: Policy;
  readonly reports: readonly VulnerabilityReport[];
  readonly registry: RegistryOptions;
  readonly now: Date;
}

/** The findings for all images under one name. */
export interface CheckResult extends WaivedFindings {
  readonly images: readonly Pick<CheckedImage, "platform" | "digest">[];
}

/**
 * Checks the images under one name, one for each platform, against a policy.
 *
 * @throws CnbError IMAGE_…, REGISTRY_…, LABEL_INVALID, TAR_…, BLOB_CORRUPT, SIGNING_KEY_INVALID.
 */
export async function checkImages(reference: ImageReference, options: CheckOptions): Promise<CheckResult> {
  const { name, policy, registry, reports, now } = options;
  const { index, signature } = await readAndVerify(reference, policy, registry);
  const facts = await gatherFacts({ name, images: index.images, registry, signal: registry.signal }, policy);
  const known = digestsOf(index);
  const images = facts.map((image, at): CheckedImage => {
    const digests = known.images[at] ?? [];
    return {
      ...image,
      signature,
      reports: reportsFor(reports, { digests: [...digests, ...known.index], all: known.all }),
    };
  });
  return { images, ...decide(images, policy, now) };
}

/** Images that are about to be published. */
export interface UnpublishedImages {
  readonly name: string;
  readonly policy: Policy;
  readonly registry: RegistryOptions;
  readonly now: Date;
}

/**
 * Refuses images that do not comply with a policy, before they are published. Signatures and
 * vulnerability reports cannot exist yet, so their rules are not applied.
 *
 * @throws CnbError POLICY_VIOLATED; the errors of {@link checkImages}
 */
export async function refuseViolations(images: ImageIndex["images"], unpublished: UnpublishedImages): Promise<void> {
  const { name, policy, registry, now } = unpublished;
  const facts = await gatherFacts({ name, images, registry, signal: registry.signal }, policy);
  const counted = decide(facts, policy, now).findings.filter(
    ({ suppressed, severity }) => suppressed === undefined && severity === "error",
  );
  if (counted.length === 0) return;
  const lines = counted
    .slice(0, shownFindings)
    .map(({ platform, message, rule }) => `  ${platform} ${message} [${rule}]`);
  const more = counted.length > shownFindings ? [`  … and ${counted.length - shownFindings} more`] : [];
  throw new CnbError("POLICY_VIOLATED", [`${name} does not comply with the policy`, ...lines, ...more].join("\n"), {
    hint: "Nothing was published. Correct the image, or add a waiver with a reason to the policy.",
  });
}

const shownFindings = 20;

interface KnownDigests {
  readonly images: readonly (readonly string[])[];
  readonly index: readonly string[];
  readonly all: readonly string[];
}

/** The digests by which reports name an image: of its manifest, its configuration or its index. */
function digestsOf(index: ImageIndex): KnownDigests {
  const images = index.images.map((image) => {
    const { manifestDigest, configDigest } = serializeImage(image);
    return [manifestDigest, configDigest];
  });
  const tops = [index.digest, serializeIndex(index).top.digest].filter((digest) => digest !== undefined);
  return { images, index: tops, all: [...images.flat(), ...tops] };
}

function reportsFor(
  reports: readonly VulnerabilityReport[],
  { digests, all }: { readonly digests: readonly string[]; readonly all: readonly string[] },
): NonNullable<CheckedImage["reports"]> {
  const concerned = reports.filter((report) => isAbout(report, digests));
  const foreign = reports.filter((report) => !isAbout(report, all));
  return {
    files: concerned.filter(({ isScan }) => isScan).map(({ file }) => file),
    foreign: foreign.map(({ file, digests: [digest = ""] }) => ({ file, digest })),
    vulnerabilities: combinedVulnerabilities(concerned),
  };
}

const isAbout = ({ digests }: VulnerabilityReport, known: readonly string[]): boolean =>
  digests.length === 0 || digests.some((digest) => known.includes(digest));
