import { isDeepStrictEqual } from "node:util";
import { openContent } from "../../copy/content.ts";
import { repositoryOfName } from "../../copy/repository-of-name.ts";
import { CnbError } from "../../errors.ts";
import { buildpackLabels } from "../../inspect/labels.ts";
import { limits } from "../../limits.ts";
import type { Image } from "../../oci/model/image.ts";
import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import type { SerializedImage } from "../../oci/model/serialize.ts";
import type { StoredArtifact } from "../../oci/registry/attach.ts";
import type { StoredManifest } from "../../oci/registry/manifest-read.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { ImageArtifacts, UnnamedImages } from "../../oci/sink/image-artifacts.ts";
import { sbomDocuments } from "../../sbom/documents.ts";
import { mergedSbom } from "../../sbom/merge.ts";
import type { BundleSigner } from "../bundle-signer.ts";
import type { Claim } from "../evidence/claim.ts";
import { claimsAbout } from "../evidence/claims.ts";
import { provenanceType, sbomTypes, signatureType } from "../formats/predicate-types.ts";
import type { Statement } from "../formats/statement.ts";
import { type SignedSubject, storedStatement } from "../statement-artifact.ts";

/** Options of {@link signedOutputs}. */
export interface OutputSigning {
  readonly signer: BundleSigner;
  /** The access to the registries of the images. */
  readonly registry: RegistryOptions;
  /** Returns the predicate of the provenance. Called when the images are complete. */
  readonly provenance: () => object;
  /** Called with each statement that cannot be made. */
  readonly warn: (text: string) => void;
}

/**
 * Signs the images that a command writes: each has a signature, its SLSA provenance and its SBOMs. The
 * index of a multi-platform image has a signature and provenance, too.
 *
 * @returns a function for the option `artifacts` of `writeImages`
 */
export function signedOutputs(options: OutputSigning): ImageArtifacts {
  const signed = new Map<string, Promise<readonly StoredArtifact[]>>();
  // A manifest with several names in a repository is signed once, because signatures are random.
  const once = (key: string, sign: () => Promise<readonly StoredArtifact[]>) => {
    const artifacts = signed.get(key) ?? sign();
    signed.set(key, artifacts);
    return artifacts;
  };
  return async (images, reference) => {
    refuseUnsignable(reference);
    const repository = repositoryIn(reference);
    const made: StoredArtifact[] = [];
    for (const { manifest, image } of subjectsOf(images)) {
      const subject = { repository, manifest, image, reference };
      made.push(...(await once(`${repository}@${manifest.digest}`, () => signManifest(subject, options))));
    }
    return made;
  };
}

/** The manifests to sign, and the image of each; an index has none. */
function subjectsOf({ index, serialized }: UnnamedImages): readonly { manifest: StoredManifest; image?: Image }[] {
  const each = index.images.map((image, at) => {
    const { manifest: bytes, manifestDigest: digest, mediaType } = serialized.images[at] as SerializedImage;
    return { manifest: { bytes, digest, mediaType }, image };
  });
  return serialized.index ? [...each, { manifest: { ...serialized.index, digest: serialized.top.digest } }] : each;
}

/** A manifest to sign, the image that it belongs to, and the name under which it is written. */
interface SignedManifest extends SignedSubject {
  readonly image: Image | undefined;
  readonly reference: ImageReference;
}

/** Signs the statements that the manifest does not have by the key. */
async function signManifest(subject: SignedManifest, options: OutputSigning): Promise<readonly StoredArtifact[]> {
  const statements: readonly Statement[] = [
    { predicateType: signatureType, predicate: {} },
    { predicateType: provenanceType, predicate: options.provenance() },
    ...(subject.image ? await sbomStatements(subject.image, subject, options) : []),
  ];
  const attached = await attachedClaims(subject, options);
  const missing = statements.filter((statement) => !attached.some((claim) => isSame(claim, statement)));
  const artifacts: StoredArtifact[] = [];
  for (const statement of missing) artifacts.push(await storedStatement(subject, statement, options.signer));
  return artifacts;
}

/**
 * Refuses an output that cannot contain signatures.
 *
 * @throws CnbError IMAGE_REFERENCE_UNSUPPORTED
 */
export function refuseUnsignable(reference: ImageReference): void {
  if (reference.kind !== "docker-daemon" && reference.kind !== "docker-archive") return;
  throw new CnbError(
    "IMAGE_REFERENCE_UNSUPPORTED",
    `cannot sign ${formatImageReference(reference)}: Docker stores no signatures`,
    { hint: "Write the image to a registry, an OCI layout or an OCI archive, or remove --sign-key." },
  );
}

/** The name in statements has no tag, because it can refer to another image later. */
const repositoryIn = (reference: ImageReference): string =>
  reference.kind === "registry" ? (repositoryOfName(formatImageReference(reference)) ?? "") : "";

/** The statements by the key that a manifest in a registry already has. */
async function attachedClaims(
  { reference, manifest: { digest } }: SignedManifest,
  { signer, registry }: OutputSigning,
): Promise<readonly Claim[]> {
  // A keyless signature is new each time: its certificate and its entry in the log differ.
  if (reference.kind !== "registry" || signer.key === undefined) return [];
  const { tag: _, ...repository } = reference;
  try {
    const [image] = await openContent({ ...repository, digest }, registry);
    return image ? (await claimsAbout(digest, image.content, { keys: [signer.key] })).claims : [];
  } catch (error) {
    if (error instanceof CnbError && error.code === "IMAGE_NOT_FOUND") return [];
    throw error;
  }
}

/**
 * True if the two statements are the same. The claim was read from JSON, so the other statement is
 * converted to JSON first.
 */
const isSame = (claim: Claim, { predicateType, predicate }: Statement): boolean =>
  claim.predicateType === predicateType && isDeepStrictEqual(claim.predicate, JSON.parse(JSON.stringify(predicate)));

/** The merged SBOM of the image in each format that has a predicate type. */
async function sbomStatements(
  image: Image,
  { repository, manifest: { digest } }: SignedSubject,
  options: OutputSigning,
): Promise<readonly Statement[]> {
  const documents = await sbomDocuments(image, buildpackLabels(image, repository)?.lifecycle.sbom?.sha);
  const statements: Statement[] = [];
  for (const format of ["cdx", "spdx"] as const) {
    if (!documents.some((each) => each.format === format)) continue;
    try {
      const text = mergedSbom(format, documents, { name: repository, digest });
      // The envelope contains it in base64, which a verification reads up to its limit.
      if (text.length > limits.attestation.most / 2)
        options.warn(`the ${format} SBOM of ${digest} is too large to sign`);
      else statements.push({ predicateType: sbomTypes[format], predicate: JSON.parse(text) });
    } catch (error) {
      if (!(error instanceof CnbError)) throw error;
      options.warn(`the ${format} SBOM of ${digest} is not attested: ${error.message}`);
    }
  }
  return statements;
}
