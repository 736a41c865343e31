/** The names of the reasons to refuse a rebase that `--force` can override. */
export const overridable = ["name", "distribution", "variant", "rebasable"] as const;

/** The name of a reason to refuse a rebase that `--force` can override. */
export type RebaseCheck = (typeof overridable)[number];
