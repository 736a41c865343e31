import type { VerifyRule } from "../config/verification/verify-rules.ts";
import type { Digest } from "../oci/model/digest.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { type ImageAdmission, type RegistryOptions, withSameAccess } from "../oci/registry-options.ts";

/**
 * Returns registry options with which an image is only read after its signature was verified. The
 * first rule whose patterns match the image applies. An image that no rule matches is not verified.
 * Rules that the options already have apply as well.
 *
 * @example `verifiedImages({ env }, [{ images: ["example.com/*"], keys: ["release.pub"], identities: [] }])`
 */
export function verifiedImages(registry: RegistryOptions, rules: readonly VerifyRule[]): RegistryOptions {
  if (rules.length === 0) return registry;
  const { admit: before } = registry;
  const own = ruleAdmission(rules, registry);
  const admit: ImageAdmission = async (reference) => common(await before?.(reference), await own(reference));
  return withSameAccess(registry, { admit });
}

/** The digests that both rules admit. */
const common = (
  first: readonly Digest[] | undefined,
  second: readonly Digest[] | undefined,
): readonly Digest[] | undefined =>
  first === undefined || second === undefined ? (first ?? second) : first.filter((digest) => second.includes(digest));

/** Each image is verified once. Its digests are used afterwards, also if its tag changes. */
function ruleAdmission(rules: readonly VerifyRule[], registry: RegistryOptions): ImageAdmission {
  const verified = new Map<string, Promise<readonly Digest[]>>();
  return async (reference) => {
    const rule = rules.find(({ images }) => matches(images, reference));
    if (rule === undefined) return undefined;
    const name = formatImageReference(reference);
    const digests = verified.get(name) ?? verifiedDigests(reference, rule, registry);
    verified.set(name, digests);
    return digests;
  };
}

async function verifiedDigests(
  reference: ImageReference,
  rule: VerifyRule,
  registry: RegistryOptions,
): Promise<readonly Digest[]> {
  const [{ openTrust }, { verifyImages }] = await Promise.all([import("./trust.ts"), import("./verify.ts")]);
  const images = await verifyImages(reference, { ...(await openTrust(rule)), registry });
  return images.map(({ digest }) => digest);
}

/** True if a pattern matches the name of an image without its tag and digest, or if there is no pattern. */
function matches(patterns: readonly string[], reference: ImageReference): boolean {
  const name =
    reference.kind === "registry" ? `${reference.registry}/${reference.repository}` : formatImageReference(reference);
  return patterns.length === 0 || patterns.some((pattern) => isMatch(pattern.split("*"), name));
}

/** Matches the parts between the asterisks one after the other, in linear time. */
function isMatch(parts: readonly string[], name: string): boolean {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let rest = name.slice(first.length);
  for (const part of others) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return rest.length >= last.length && rest.endsWith(last);
}
