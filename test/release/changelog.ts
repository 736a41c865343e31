/** A version's section of CHANGELOG.md. */
export interface ChangelogSection {
  /** The date in the heading, for example `2026-11-25`; or another text, such as `unreleased`. */
  readonly date: string;
  readonly text: string;
}

/**
 * Finds the section of a version: `## 0.1.0 (2026-11-25)`.
 *
 * @returns undefined if there is none
 */
export function changelogSection(changelog: string, version: string): ChangelogSection | undefined {
  const sections = changelog.split(/^(?=## )/m).map((each) => /^## (\S+)(?: \((.*)\))?\n([\s\S]*)$/.exec(each));
  const found = sections.find((each) => each?.[1] === version);
  return found ? { date: found[2] ?? "", text: (found[3] ?? "").trim() } : undefined;
}

export const isDated = ({ date }: ChangelogSection): boolean => /^\d{4}-\d{2}-\d{2}$/.test(date);
