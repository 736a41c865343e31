import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Authority } from "./bound.ts";
import { bundleOf, fileName, folderOf, linksTo } from "./names.ts";

/**
 * Writes certificates in the layout of `openssl rehash`: one file for each certificate, and a link
 * to each file, whose name is the hash of the certificate's subject.
 */
export async function writeAuthorities(layer: string, authorities: readonly Authority[]): Promise<void> {
  await mkdir(folderOf(layer));
  for (const [index, { pem }] of authorities.entries())
    await writeFile(join(folderOf(layer), fileName(index)), `${pem}\n`);
  for (const [link, file] of linksTo(authorities)) await symlink(file, join(folderOf(layer), link));
  await writeFile(bundleOf(layer), `${authorities.map(({ pem }) => pem).join("\n")}\n`);
}
