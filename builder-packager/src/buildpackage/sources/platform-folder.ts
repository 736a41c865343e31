import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "../../oci/model/spec.ts";

/** A platform, and the distribution whose directory is used, if any. */
export interface TargetFolders extends Platform {
  readonly distro?: { readonly name: string; readonly version?: string | undefined } | undefined;
}

/**
 * The possible directories of a prebuilt buildpack for a platform, most specific first: existing
 * ones of `<os>/<arch>/<variant>/<distro>@<version>`, as in pack, and finally the buildpack's
 * directory itself.
 */
export async function platformFolders(dir: string, target: TargetFolders): Promise<string[]> {
  const folders = [dir];
  for (const name of folderNames(target)) {
    const next = join(folders[0] ?? dir, name);
    if (!(await isDirectory(next))) break;
    folders.unshift(next);
  }
  return folders;
}

/** True if there is a directory for exactly this platform and distribution. */
export const hasPlatformFolder = (dir: string, target: TargetFolders): Promise<boolean> =>
  isDirectory(join(dir, ...folderNames(target)));

const folderNames = ({ os, architecture, variant, distro }: TargetFolders): string[] =>
  [os, architecture, variant, distro && `${distro.name}@${distro.version ?? ""}`].filter((name) => name !== undefined);

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
