import { matchesGlob } from "../components/glob.ts";
import type { CheckedImage, ModuleFact } from "../facts/facts.ts";
import type { Violation } from "../finding.ts";
import type { Policy } from "../policy.ts";

/** Reports buildpacks and extensions that the policy does not allow. */
export function buildpackViolations(image: CheckedImage, policy: Policy): readonly Violation[] {
  const allowed = policy.buildpacks?.allow;
  if (allowed === undefined) return [];
  if (image.modules.length === 0) {
    const message = "was not built by buildpacks: it has none of their labels";
    return image.kind === "builder" ? [] : [{ rule: "buildpack", path: "buildpacks.allow", subject: "", message }];
  }
  return image.modules.flatMap((module) => moduleViolations(module, policy, allowed));
}

type AllowedBuildpacks = NonNullable<Policy["buildpacks"]>["allow"];

function moduleViolations(module: ModuleFact, { ranges }: Policy, allowed: AllowedBuildpacks): readonly Violation[] {
  const subject = `${module.id}@${module.version}`;
  const entries = allowed
    .map((entry, index) => ({ ...entry, path: `buildpacks.allow[${index}]` }))
    .filter(({ id }) => matchesGlob(id, module.id));
  const isRight = ({ path, version }: { readonly path: string; readonly version?: string | undefined }) =>
    version === undefined || version === module.version || ranges.get(path)?.(module.version) === "inside";
  const versions = entries.filter(isRight);
  const found = { path: entries[0]?.path ?? "buildpacks.allow", subject };
  if (versions.length === 0) {
    const reason = entries.length === 0 ? "which the policy does not allow" : "whose version the policy does not allow";
    return [{ ...found, rule: "buildpack", message: `contains the ${module.kind} ${subject}, ${reason}` }];
  }
  if (versions.some(({ digests }) => digests.length === 0 || digests.includes(module.digest ?? ""))) return [];
  const { path } = versions[0] as (typeof versions)[number];
  if (module.digest === undefined)
    return [
      {
        rule: "buildpack-digest",
        path,
        subject,
        message: `does not record the digest of the ${module.kind} ${subject}`,
      },
    ];
  const message = `contains the ${module.kind} ${subject} with the digest ${module.digest}, which the policy does not allow`;
  return [{ rule: "buildpack", path, subject, message, details: { digest: module.digest } }];
}
