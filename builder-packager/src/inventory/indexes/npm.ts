import { bounded, type IndexItem, invalidIndex, jsonOf, tableOf, textOf } from "./index-item.ts";

/**
 * Parses a registry's document about an npm package. Returns the versions that have a SHA-512
 * digest.
 */
export function npmItems(text: string, name: string): readonly IndexItem[] {
  const { versions } = tableOf(jsonOf(text, `npm:${name}`));
  if (typeof versions !== "object" || versions === null) throw invalidIndex(`npm:${name}`, "it has no versions");
  return bounded(Object.entries(versions), `npm:${name}`).flatMap(([version, manifest]): IndexItem[] => {
    const { dist, engines, license } = tableOf(manifest);
    const [checksum] = /sha512-[A-Za-z0-9+/]{86}==/.exec(textOf(tableOf(dist)["integrity"]) ?? "") ?? [];
    if (checksum === undefined || !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)) return [];
    const node = textOf(tableOf(engines)["node"]);
    return [
      {
        tag: version,
        uri: `npm:${name}@${version}`,
        checksum,
        fields: { "engines.node": node, license: textOf(license) },
      },
    ];
  });
}
