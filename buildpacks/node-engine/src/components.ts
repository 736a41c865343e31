import type { Component } from "libcnb";
import { type Inventory, npmIntegrity, type Release } from "./inventory.ts";

/** What the layer holds, for its bill of materials. */
export function components(release: Release, inventory: Inventory): readonly Component[] {
  const { distribution, version, path, integrity } = release;
  const node: Component = {
    type: "application",
    name: "node",
    version,
    purl: distribution === "npm" ? `pkg:npm/${path}@${version}` : `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    licenses: ["MIT"],
    checksums: checksums(integrity),
    // the official address, not the mirror's: where the bytes were fetched must not change the image
    ...(distribution === "archive" ? { downloadUrl: `${inventory.mirror}/${path}` } : {}),
  };
  if (release.npm === undefined) return [node];
  const npm: Component = {
    type: "application",
    name: "npm",
    version: release.npm,
    purl: `pkg:npm/npm@${release.npm}`,
    licenses: ["Artistic-2.0"],
    checksums: checksums(npmIntegrity(inventory, release.npm)),
  };
  return [node, npm];
}

/** `sha256:<hex>` and `sha512-<base64>` as hexadecimal digits by algorithm. */
function checksums(integrity: string): NonNullable<Component["checksums"]> {
  const [, algorithm, separator, digest = ""] = /^(sha256|sha512)([:-])(.+)$/.exec(integrity) ?? [];
  if (algorithm !== "sha256" && algorithm !== "sha512") return {};
  return { [algorithm]: separator === ":" ? digest : Buffer.from(digest, "base64").toString("hex") };
}
