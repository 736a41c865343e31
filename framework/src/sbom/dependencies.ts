import { LibcnbError } from "../errors.ts";
import { canonical, type Facts, fullName, inOrder } from "./facts.ts";

interface Entry {
  readonly ref: string;
  /** The common identity of entries that differ only in details. */
  readonly identity: string;
  readonly facts: Facts;
  readonly dependencies: ReadonlySet<string>;
}

/**
 * Returns the references of each component's dependencies, by the component's own reference. A
 * component's dependency on itself is omitted.
 *
 * @throws LibcnbError SBOM_INVALID with all dependencies that match no component, or several
 */
export function dependenciesOf(entries: readonly Entry[]): ReadonlyMap<string, readonly string[]> {
  const indexes = names.map((nameOf) => Map.groupBy(entries, nameOf));
  const answers = (wanted: string) => indexes.map((index) => index.get(wanted)).find((found) => found !== undefined);
  const issues: string[] = [];
  const resolved = entries.map(({ ref, dependencies }) => {
    const refs = [...dependencies].flatMap((wanted) => {
      const found = answers(canonical(wanted.toWellFormed())) ?? [];
      const problem = problemOf(found);
      if (problem !== undefined) issues.push(`${JSON.stringify(ref)} depends on ${JSON.stringify(wanted)}, ${problem}`);
      return found.map((entry) => entry.ref);
    });
    return [ref, [...new Set(refs)].filter((each) => each !== ref).sort(inOrder)] as const;
  });
  if (issues.length > 0) throw invalid(issues);
  return new Map(resolved);
}

// exact matches first
const names: readonly ((entry: Entry) => string)[] = [
  ({ identity }) => identity,
  ({ facts }) => `${fullName(facts)}@${facts.version ?? ""}`,
  ({ facts }) => fullName(facts),
  ({ facts }) => facts.name,
];

function problemOf(found: readonly Entry[]): string | undefined {
  const identities = new Set(found.map(({ identity }) => identity));
  if (identities.size === 0) return "which is not among the components";
  return identities.size === 1 ? undefined : `which may be any of ${[...identities].sort(inOrder).join(", ")}`;
}

function invalid(issues: readonly string[]): LibcnbError<"SBOM_INVALID"> {
  return new LibcnbError(
    "SBOM_INVALID",
    `dependencies in an SBOM are not valid: ${issues.toSorted(inOrder).join("; ")}`,
    {
      hint: "Add the missing components to the same SBOM, use the Package URL where a name is ambiguous, or remove the dependency.",
    },
  );
}
