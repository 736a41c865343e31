import { matchesGlob } from "./components/glob.ts";
import type { PolicyFinding } from "./finding.ts";
import type { Policy } from "./policy.ts";

type Waiver = Policy["waivers"][number];

/** The findings after waivers were applied, and the waivers that had no effect. */
export interface WaivedFindings {
  readonly findings: readonly PolicyFinding[];
  /** Sentences about waivers that matched no finding. */
  readonly notes: readonly string[];
}

/** Applies the waivers of a policy to findings. A waiver has no effect after its expiry date. */
export function applyWaivers(findings: readonly PolicyFinding[], { waivers }: Policy, now: Date): WaivedFindings {
  const used = new Set<Waiver>();
  const today = now.toISOString().slice(0, 10);
  const waived = findings.map((finding) => {
    const matching = waivers.filter((waiver) => concerns(waiver, finding));
    for (const waiver of matching) used.add(waiver);
    const valid = matching.find(({ expires }) => expires === undefined || expires >= today);
    if (valid !== undefined) return { ...finding, suppressed: finding.suppressed ?? valid.reason };
    const [expired] = matching;
    if (expired === undefined || finding.suppressed !== undefined) return finding;
    return { ...finding, message: `${finding.message}; its waiver expired on ${expired.expires}` };
  });
  const notes = waivers
    .filter((waiver) => !used.has(waiver))
    .map(
      ({ rule, subject }) =>
        `The waiver of ${rule}${subject === undefined ? "" : ` for ${subject}`} matches no finding`,
    );
  return { findings: waived, notes };
}

const concerns = ({ rule, subject = "*", image = "*" }: Waiver, finding: PolicyFinding): boolean =>
  rule === finding.rule && matchesGlob(subject, finding.subject) && matchesGlob(image, finding.image);
