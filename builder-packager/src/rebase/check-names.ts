/** Reasons to refuse a rebase that `--force` can override, each by its name. */
export const overridable = ["name", "distribution", "variant", "rebasable"] as const;

/** The name of a reason to refuse a rebase that can be overridden. */
export type RebaseCheck = (typeof overridable)[number];
