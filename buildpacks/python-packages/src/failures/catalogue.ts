import type { Explanation } from "@libcnb/app-kit";

/** All that is recognised, by stable codes: the same for all tools, documented in README.md. */
export const catalogue = {
  PACKAGES_INSTALL_FAILED: {
    when: "anything else; the last lines of the tool are shown",
    message: "MANAGER could not install the packages (SUBJECT)",
    hint: "Correct what MANAGER complains about; the same command fails in a fresh clone of the app.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;

/** A code of the catalogue. */
export type FailureId = keyof typeof catalogue;

/** What an error with that code says. */
export const explanationOf = (id: FailureId): Explanation => catalogue[id];
