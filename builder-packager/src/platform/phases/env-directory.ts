import type { EnvDirectory } from "libcnb/lifecycle-rules";
import { limits } from "../../limits.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";

/**
 * Reads the files of an env directory. Directories in it are skipped, and links are followed. As
 * in the lifecycle, any other entry that cannot be read as a file, such as a dangling
 * link, is an error. A file in place of the directory is an error as well.
 */
export async function readEnvDirectory(files: SandboxFiles, path: string): Promise<EnvDirectory> {
  const read = new Map<string, string>();
  const dir = await files.stat(path);
  if (dir !== undefined && dir.kind !== "directory") throw new Error(`the env directory ${path} is not a directory`);
  const names = await files.list(path);
  if (names.length > limits.envFiles.most)
    throw new Error(
      `the env directory ${path} has ${names.length} files, but at most ${limits.envFiles.most} are allowed`,
    );
  let bytes = 0;
  for (const name of names) {
    if ((await files.stat(`${path}/${name}`))?.kind === "directory") continue;
    const text = await files.readBytesAsText(`${path}/${name}`);
    if (text === undefined) throw new Error(`${path}/${name} is a broken symbolic link`);
    read.set(name, text);
    bytes += text.length;
    if (bytes > limits.envBytes.most)
      throw new Error(`the files of the env directory ${path} have more than ${limits.envBytes.most} bytes together`);
  }
  return read;
}
