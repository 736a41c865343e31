import type { Component } from "./component-model.ts";
import { dependenciesOf } from "./dependencies.ts";
import { digestOf } from "./digest.ts";
import { type Facts, factsOf, fullName, inOrder } from "./facts.ts";

/** A component with its references in the document. */
export interface BomComponent extends Facts {
  /**
   * The unique and readable reference in the document: the Package URL, or else
   * `group/name@version`.
   */
  readonly ref: string;
  /**
   * The unique id in the document: 16 hexadecimal digits, computed from all facts about the
   * component.
   */
  readonly id: string;
  /** The references of the component's dependencies. */
  readonly dependsOn: readonly string[];
}

/** The content of an SBOM document in any format. Components are sorted, without duplicates. */
export interface Bom {
  /** The subject of the document. It is not among the components. */
  readonly subject: BomComponent | undefined;
  readonly components: readonly BomComponent[];
  /** The SHA-256 of the content. */
  readonly digest: string;
}

/**
 * Creates the content of an SBOM document. Sorts and normalizes components and the subject in the
 * same way for all formats.
 *
 * @throws LibcnbError SBOM_INVALID if a dependency is not among the components
 */
export async function bomOf(given: readonly Component[], about?: Component): Promise<Bom> {
  const entries = withRefs(await identified(merged(about === undefined ? given : [...given, about])));
  const dependencies = dependenciesOf(entries);
  const all = entries.map(({ facts, ref, id }) => ({
    ...facts,
    ref,
    id,
    dependsOn: dependencies.get(ref) ?? [],
  }));
  const subjectId = about && (await idOf(JSON.stringify(factsOf(about))));
  const isSubject = ({ id }: BomComponent) => id === subjectId;
  const components = all.filter((each) => !isSubject(each));
  return { subject: all.find(isSubject), components, digest: await digestOf(JSON.stringify(all)) };
}

interface Entry {
  readonly facts: Facts;
  readonly key: string;
  readonly dependencies: ReadonlySet<string>;
}

// Components that only differ in their dependencies become one component with all dependencies.
function merged(components: readonly Component[]): readonly Entry[] {
  const entries = new Map<string, Entry & { readonly dependencies: Set<string> }>();
  for (const component of components) {
    const facts = factsOf(component);
    const key = JSON.stringify(facts);
    const entry = entries.get(key) ?? { facts, key, dependencies: new Set<string>() };
    for (const dependency of component.dependencies ?? []) entry.dependencies.add(dependency);
    entries.set(key, entry);
  }
  return [...entries.values()];
}

interface IdentifiedComponent {
  readonly facts: Facts;
  readonly identity: string;
  readonly id: string;
  readonly dependencies: ReadonlySet<string>;
}

async function identified(entries: readonly Entry[]): Promise<readonly IdentifiedComponent[]> {
  const found = await Promise.all(
    entries.map(async ({ facts, key, dependencies }) => {
      return { facts, dependencies, id: await idOf(key), identity: identityOf(facts) };
    }),
  );
  return found.sort((a, b) => inOrder(a.identity, b.identity) || inOrder(a.id, b.id));
}

const idOf = async (key: string): Promise<string> => (await digestOf(key)).slice(0, 16);

const identityOf = (facts: Facts): string =>
  facts.purl ?? `${fullName(facts)}${facts.version === undefined ? "" : `@${facts.version}`}`;

// Two different components may have the same Package URL, such as builds of a release for two architectures.
function withRefs(entries: readonly IdentifiedComponent[]) {
  const taken = new Set<string>();
  return entries.map(({ facts, identity, id, dependencies }) => {
    let ref = identity;
    while (taken.has(ref)) ref += `#${id}`;
    taken.add(ref);
    return { facts, ref, id, identity, dependencies };
  });
}
