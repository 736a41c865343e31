import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "../../oci/model/spec.ts";

/** A platform, and a distribution that may have its own directory. */
export interface TargetFolders extends Platform {
  readonly distro?: { readonly name: string; readonly version?: string | undefined } | undefined;
}

/**
 * Returns the directories of a prebuilt buildpack that apply to a platform, most specific first. As
 * in pack, these are the existing directories among `<os>/<arch>/<variant>/<distro>@<version>` and
 * its parents, and finally the buildpack's directory itself.
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

/** True if a prebuilt buildpack has a directory for exactly this platform and distribution. */
export const hasPlatformFolder = (dir: string, target: TargetFolders): Promise<boolean> =>
  isDirectory(join(dir, ...folderNames(target)));

const folderNames = ({ os, architecture, variant, distro }: TargetFolders): string[] =>
  [os, architecture, variant, distro && `${distro.name}@${distro.version ?? ""}`].filter((name) => name !== undefined);

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
