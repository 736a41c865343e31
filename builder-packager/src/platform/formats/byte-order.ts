/** Go compares strings by their bytes. Here and not in `libcnb/lifecycle-rules`, of which the rest takes longer to load than builders to assemble. */
export const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
