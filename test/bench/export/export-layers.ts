import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pinnedNode, root } from "../../support/cnb.ts";

/** The buildpack that made them. */
export const layersMaker = { id: "bench/large", version: "1.0.0" };

const count = 20;
const layerBytes = 50e6;

/**
 * The layers that buildpacks leave. Each contains a part of an executable and small JavaScript
 * files. No two layers are alike.
 */
export async function writeExportLayers(dir: string): Promise<void> {
  const program = await readFile(pinnedNode);
  const scripts = await readScripts(layerBytes / 2);
  for (let index = 0; index < count; index++) {
    const name = `layer-${String(index + 1).padStart(2, "0")}`;
    const layer = join(dir, layersMaker.id.replace("/", "_"), name);
    await mkdir(join(layer, "lib"), { recursive: true });
    await writeFile(`${layer}.toml`, "[types]\nlaunch = true\n");
    await writeFile(join(layer, "name"), createHash("sha256").update(name).digest("hex"));
    const at = (index * 3_000_000) % (program.length - layerBytes / 2);
    await writeFile(join(layer, "program"), program.subarray(at, at + layerBytes / 2), { mode: 0o755 });
    for (const [location, bytes] of scripts.entries()) await writeFile(join(layer, "lib", `${location}.js`), bytes);
  }
}

/** Sources of the development tools, as they are, up to so many bytes. */
async function readScripts(bytes: number): Promise<readonly Uint8Array[]> {
  const scripts: Uint8Array[] = [];
  let total = 0;
  for (const folder of ["typescript-6", "zod", "@cyclonedx", "ajv", "openpgp"]) {
    const dir = join(root, "node_modules", folder);
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && /\.(?:[cm]?js|ts|map)$/.test(entry.name));
    for (const file of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
      total += (await stat(file)).size;
      if (total > bytes) return scripts;
      scripts.push(await readFile(file));
    }
  }
  return scripts;
}
