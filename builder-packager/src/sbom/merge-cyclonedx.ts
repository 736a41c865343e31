import type { Json, Subject } from "./json.ts";
import { objectIn, objectsIn, textIn, textsIn } from "./json.ts";

/**
 * Merges CycloneDX documents. The result has the components of all documents, their dependency
 * graph, and the image as subject.
 */
export function mergedCycloneDx(documents: readonly Json[], subject: Subject): Json {
  const components = new Map<string, Json>();
  const needs = new Map<string, Set<string>>();
  const root = `pkg:oci/${encodeURIComponent(subject.name.split("/").at(-1) ?? "")}@${encodeURIComponent(subject.digest)}`;
  const top = new Set<string>();
  for (const document of documents) for (const ref of added(document, components, needs)) top.add(ref);
  const ofRoot: readonly [string, ReadonlySet<string>] = [root, top];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "container", "bom-ref": root, name: subject.name, version: subject.digest, purl: root },
    },
    components: [...components.values()],
    dependencies: [ofRoot, ...needs].map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].sort() })),
  };
}

/**
 * Adds a document's components. Returns the references of those that no other component of the
 * document depends on.
 */
function added(document: Json, components: Map<string, Json>, needs: Map<string, Set<string>>): readonly string[] {
  const subject = objectIn(objectIn(document["metadata"])?.["component"]);
  const all = [...(subject ? [subject] : []), ...objectsIn(document["components"])];
  const refs = new Map<string, string>();
  for (const component of all) {
    const ref = refOf(component);
    const own = textIn(component["bom-ref"]);
    if (own !== undefined) refs.set(own, ref);
    if (!components.has(ref)) components.set(ref, { ...component, "bom-ref": ref });
    if (!needs.has(ref)) needs.set(ref, new Set());
  }
  const needed = new Set<string>();
  for (const { ref, dependsOn } of objectsIn(document["dependencies"])) {
    const from = refs.get(textIn(ref) ?? "");
    for (const to of textsIn(dependsOn).flatMap((each) => refs.get(each) ?? [])) {
      if (from === undefined || from === to) continue;
      needs.get(from)?.add(to);
      needed.add(to);
    }
  }
  return [...new Set(all.map(refOf))].filter((ref) => !needed.has(ref));
}

/** The reference of a component, which is the same in all documents. */
function refOf({ purl, type, group, name, version }: Json): string {
  return textIn(purl) ?? [type, group, name, version].map((part) => textIn(part) ?? "").join("|");
}
