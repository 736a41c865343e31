import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component, Inventory, Release } from "libcnb";
import { lineOf } from "./lines.ts";

/** The releases to install: Node.js, and npm if that release of Node.js does not include it. */
export interface Chosen {
  readonly node: Release;
  readonly npm: Release | undefined;
}

/**
 * Returns the newest npm release of the release line that belongs to a Node.js version, if the
 * download of that version does not include npm; otherwise `undefined`.
 */
export async function npmFor(node: Release, inventory: Inventory): Promise<Release | undefined> {
  if (!node.uri.startsWith("npm:")) return undefined;
  const line = lineOf(node.version) < 24 ? "10" : "11";
  return inventory.resolve("npm", line, { source: `Node.js ${node.version}` });
}

/** The SBOM component of Node.js. Its name is the same for all download sources. */
export const nodeComponent = ({ node }: Chosen): Component => ({ ...node.component, name: "node" });

/**
 * The SBOM component of npm. The version is read from the installed npm, because the metadata of
 * Node.js archives does not contain it.
 */
export async function npmComponent({ npm }: Chosen, layer: string): Promise<Component> {
  if (npm !== undefined) return npm.component;
  const text = await readFile(join(layer, "lib/node_modules/npm/package.json"), "utf8");
  const { version, license } = JSON.parse(text) as { readonly version: string; readonly license: string };
  return { type: "application", name: "npm", version, purl: `pkg:npm/npm@${version}`, licenses: [license] };
}
