/**
 * Compares strings by their bytes, as Go does. This function is not in `libcnb/lifecycle-rules`
 * because `cnb` would then load that whole module to assemble a builder.
 */
export const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
