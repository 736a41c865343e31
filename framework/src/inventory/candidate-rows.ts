import { type Candidate, platformOf, type Verdict } from "./candidates.ts";

/**
 * The releases to show for a choice: the chosen release, the nearest other releases, and the number
 * of remaining releases.
 */
export interface CandidateReport {
  readonly rows: readonly (readonly string[])[];
  readonly others: string | undefined;
}

const mostRows = 6;
const otherPlatforms: readonly Verdict[] = ["for another system", "for another distribution"];

/**
 * Creates the table of the releases that were considered. Releases for other platforms are only
 * counted, unless there are few of them.
 */
export function candidateReport(candidates: readonly Candidate[]): CandidateReport {
  const shown = candidates.length <= mostRows ? candidates : nearest(candidates);
  const hidden = candidates.filter((each) => !shown.includes(each));
  return {
    rows: shown.map(({ release, verdict }) => [
      verdict === "chosen" ? "->" : "",
      release.version,
      platformOf(release),
      verdict,
    ]),
    others: hidden.length === 0 ? undefined : `and ${hidden.length} more: ${counts(hidden)}`,
  };
}

function nearest(candidates: readonly Candidate[]): readonly Candidate[] {
  const here = candidates.filter(({ verdict }) => !otherPlatforms.includes(verdict));
  const winner = here.findIndex(({ verdict }) => verdict === "chosen");
  const start = Math.max(0, Math.min(winner - Math.floor(mostRows / 2), here.length - mostRows));
  return here.slice(start, start + mostRows);
}

function counts(hidden: readonly Candidate[]): string {
  const groups = Map.groupBy(hidden, ({ verdict }) => verdict);
  return [...groups].map(([verdict, { length }]) => `${length} ${length === 1 ? verdict : plural[verdict]}`).join(", ");
}

const plural: Readonly<Record<Verdict, string>> = {
  "for another system": "for another system",
  "for another distribution": "for another distribution",
  "does not fit": "do not fit",
  "is a pre-release": "are pre-releases",
  "is older": "are older",
  "is not preferred": "are not preferred",
  "is less specific": "are less specific",
  chosen: "chosen",
};
