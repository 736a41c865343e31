import { join } from "node:path";

// This module has few imports, because the program that runs when a container starts loads it.

/** The type of bindings with CA certificates. Paketo's buildpack uses the same type. */
export const bindingType = "ca-certificates";

/** Returns the path of the directory with certificates in a layer. */
export const folderOf = (layer: string): string => join(layer, "certificates");

/** Returns the path of the file with all certificates in a layer. */
export const bundleOf = (layer: string): string => join(layer, "bundle.pem");

/** Returns the name of the file for a certificate with this index: `1.pem` for 0. */
export const fileName = (index: number): string => `${index + 1}.pem`;

/**
 * Returns the names of the links to certificates. If several certificates have the same subject,
 * such as a certificate and its renewal, the links are numbered.
 */
export function linksTo(
  authorities: readonly { readonly hash: string }[],
): readonly (readonly [link: string, file: string])[] {
  const counts = new Map<string, number>();
  return authorities.map(({ hash }, index) => {
    const count = counts.get(hash) ?? 0;
    counts.set(hash, count + 1);
    return [`${hash}.${count}`, fileName(index)];
  });
}
