import { matchesGlob } from "../components/glob.ts";
import type { BaseFact, CheckedImage } from "../facts/facts.ts";
import type { Violation } from "../finding.ts";
import type { Policy } from "../policy.ts";

/** Reports a base image that the policy does not allow, or that is too old. */
export const baseViolations = (image: CheckedImage, policy: Policy, now: Date): readonly Violation[] => [
  ...imageViolations(image, policy),
  ...ageViolations(image, policy, now),
];

function imageViolations({ bases, kind }: CheckedImage, { base }: Policy): readonly Violation[] {
  const allowed = base?.allow;
  if (allowed === undefined || kind === "package") return [];
  const found = { rule: "base-image", path: "base.allow" } as const;
  if (bases.length === 0) return [{ ...found, subject: "", message: "does not record its base image" }];
  return bases
    .filter((fact) => !allowed.some((entry) => isAllowed(fact, entry)))
    .map((fact) => {
      const name = [fact.names[0], fact.digest].filter((each) => each !== undefined).join("@");
      const noun = kind === "builder" ? "names the run image" : "has the base image";
      return {
        ...found,
        subject: fact.names[0] ?? fact.digest ?? "",
        message: `${noun} ${name}, which the policy does not allow`,
      };
    });
}

type AllowedBase = NonNullable<NonNullable<Policy["base"]>["allow"]>[number];

const isAllowed = ({ names, digest, topLayer }: BaseFact, entry: AllowedBase): boolean =>
  (entry.image === undefined || names.some((name) => matchesGlob(entry.image ?? "", name))) &&
  (entry.digest === undefined || entry.digest === digest) &&
  (entry["top-layer"] === undefined || entry["top-layer"] === topLayer);

const dayMs = 24 * 60 * 60 * 1000;

function ageViolations({ baseCreated, kind }: CheckedImage, { base }: Policy, now: Date): readonly Violation[] {
  const most = base?.["max-age-days"];
  if (most === undefined || kind === "package") return [];
  const found = { rule: "base-age", path: "base.max-age-days", subject: "" } as const;
  if (baseCreated === undefined)
    return [
      {
        ...found,
        message:
          "has a base image of unknown age: it has no label io.buildpacks.base.released, and the base image cannot be read or has no creation time",
      },
    ];
  const days = Math.floor((now.getTime() - baseCreated.getTime()) / dayMs);
  if (days <= most) return [];
  const created = baseCreated.toISOString().slice(0, 10);
  return [
    { ...found, message: `has a base image of ${created}, which is ${days} days old; the policy allows ${most}` },
  ];
}
