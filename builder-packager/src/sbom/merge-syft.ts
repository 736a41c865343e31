import { defined } from "../defined.ts";
import type { Json, Subject } from "./json.ts";
import { objectIn, objectsIn, textIn } from "./json.ts";

/**
 * Merges documents in Syft's JSON format. The result has the artifacts of all documents, and the
 * image as source.
 */
export function mergedSyft(documents: readonly Json[], subject: Subject): Json {
  const artifacts = new Map<string, Json>();
  const relationships = new Map<string, Json>();
  const newest = documents
    .map(({ schema }) => objectIn(schema))
    .sort(byVersion)
    .at(-1);
  for (const document of documents) {
    const sources = new Set([textIn(objectIn(document["source"])?.["id"])]);
    for (const artifact of objectsIn(document["artifacts"])) artifacts.set(textIn(artifact["id"]) ?? "", artifact);
    for (const found of objectsIn(document["artifactRelationships"])) {
      const { parent, child, type } = found;
      const from = sources.has(textIn(parent)) ? subject.digest : parent;
      relationships.set(`${from} ${child} ${type}`, { ...found, parent: from });
    }
  }
  return {
    artifacts: [...artifacts.values()],
    artifactRelationships: [...relationships.values()],
    source: {
      id: subject.digest,
      name: subject.name,
      version: subject.digest,
      type: "image",
      metadata: { userInput: subject.name, manifestDigest: subject.digest },
    },
    distro: documents.map(({ distro }) => objectIn(distro)).find((distro) => textIn(distro?.["id"])) ?? {},
    descriptor: { name: "libcnb", version: "" },
    ...defined({ schema: newest }),
  };
}

function byVersion(one: Json | undefined, other: Json | undefined): number {
  const [a, b] = [one, other].map((schema) => (textIn(schema?.["version"]) ?? "").split(".").map(Number));
  return [0, 1, 2].map((at) => (a?.[at] ?? 0) - (b?.[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
