import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Authority } from "./bound.ts";

/** The certificates directory of a layer. */
export const folderOf = (layer: string): string => join(layer, "certificates");

/** The certificates bundle of a layer. */
export const bundleOf = (layer: string): string => join(layer, "bundle.pem");

/**
 * Writes certificates in the layout of `openssl rehash`: one file each, and a link to it named by
 * the hash of its subject.
 */
export async function writeAuthorities(layer: string, authorities: readonly Authority[]): Promise<void> {
  await mkdir(folderOf(layer));
  for (const [index, { pem }] of authorities.entries())
    await writeFile(join(folderOf(layer), fileName(index)), `${pem}\n`);
  for (const [link, file] of linksTo(authorities)) await symlink(file, join(folderOf(layer), link));
  await writeFile(bundleOf(layer), `${authorities.map(({ pem }) => pem).join("\n")}\n`);
}

const fileName = (index: number): string => `${index + 1}.pem`;

/**
 * The links to certificates. Several with the same subject, such as a certificate and its renewal,
 * are numbered.
 */
export function linksTo(
  authorities: readonly Pick<Authority, "hash">[],
): readonly (readonly [link: string, file: string])[] {
  const counts = new Map<string, number>();
  return authorities.map(({ hash }, index) => {
    const count = counts.get(hash) ?? 0;
    counts.set(hash, count + 1);
    return [`${hash}.${count}`, fileName(index)];
  });
}
