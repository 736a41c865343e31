import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cnb } from "../support/cnb.ts";
import { cnbFailure, codeIn, runCnb } from "./cnb-command.ts";
import type { PreparedImage } from "./images.ts";
import { decide, type PublishDecision } from "./plan.ts";
import { type BuildRun, provenanceOf } from "./provenance.ts";
import { ReleaseError } from "./release-error.ts";

/** The key that signs images. */
export interface SigningKey {
  /** The options of `cnb sign`: `--key`, and `--key-command` for a key service. */
  readonly options: readonly string[];
  /** The file of the public key. */
  readonly publicKey: string;
}

export interface RegistryAccess {
  /** The options with which `cnb` reaches the registry, such as `--insecure-registry`. */
  readonly options: readonly string[];
}

/** Compares an image with the registry. @throws ReleaseError PUBLISHED_DIFFERS, COMMAND_FAILED */
export async function imageDecision(image: PreparedImage, access: RegistryAccess): Promise<PublishDecision> {
  const args = ["image", "digest", image.reference, ...access.options];
  const { exitCode, stdout, stderr } = await cnb(args);
  if (exitCode !== 0 && codeIn(stderr) !== "IMAGE_NOT_FOUND") throw cnbFailure(args, stderr);
  const published = exitCode === 0 ? stdout.trim().replace(/^.*@/, "") : undefined;
  const decision = decide({ ours: image.digest, published });
  if (decision !== "refuse") return decision;
  throw new ReleaseError(
    "PUBLISHED_DIFFERS",
    `${image.reference} is already published with other contents: ${published}, not ${image.digest}`,
    "Base images change when Debian does. Release a new version, or delete the tag if nobody uses it: cnb image delete.",
  );
}

/** Copies an image under the tag of the version. Its digest does not change. */
export const publishImage = async ({ layout, reference }: PreparedImage, { options }: RegistryAccess): Promise<void> =>
  void (await runCnb(["copy", layout, reference, ...options]));

/** A statement about an image: its signature, or an attestation. */
export const claims = ["signature", "cyclonedx", "slsaprovenance1"] as const;
type Claim = (typeof claims)[number];

/**
 * Signs an image and attaches its SBOM and provenance, unless it has a valid one by this key.
 *
 * @returns the statements that were missing
 */
export async function ensureClaims(
  image: PreparedImage,
  { key, access, run }: { readonly key: SigningKey; readonly access: RegistryAccess; readonly run: BuildRun },
): Promise<readonly Claim[]> {
  const subject = `${image.reference.replace(/:[^:/]+$/, "")}@${image.digest}`;
  const made: Claim[] = [];
  for (const claim of claims) {
    if (await hasClaim(subject, claim, { key, access })) continue;
    await makeClaim(subject, claim, { image, key, access, run });
    made.push(claim);
  }
  return made;
}

async function hasClaim(
  subject: string,
  claim: Claim,
  { key, access }: { readonly key: SigningKey; readonly access: RegistryAccess },
): Promise<boolean> {
  const type = claim === "signature" ? [] : ["--type", claim];
  const args = ["verify", subject, "--key", key.publicKey, ...type, ...access.options];
  const { exitCode, stderr } = await cnb(args);
  if (exitCode === 0) return true;
  if (["SIGNATURE_NOT_FOUND", "SIGNATURE_INVALID"].includes(codeIn(stderr) ?? "")) return false;
  throw cnbFailure(args, stderr);
}

interface ClaimOptions {
  readonly image: PreparedImage;
  readonly key: SigningKey;
  readonly access: RegistryAccess;
  readonly run: BuildRun;
}

async function makeClaim(subject: string, claim: Claim, { image, key, access, run }: ClaimOptions): Promise<void> {
  const options = [...key.options, ...access.options];
  if (claim === "signature") return void (await runCnb(["sign", subject, ...options]));
  const dir = await mkdtemp(join(tmpdir(), "release-"));
  try {
    const provenance = join(dir, "provenance.json");
    await writeFile(provenance, JSON.stringify(provenanceOf(image, run)));
    const predicate = claim === "cyclonedx" ? image.sbomFile : provenance;
    await runCnb(["attest", subject, "--type", claim, "--predicate", predicate, ...options]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
