import type { EnvDirectory } from "libcnb/platform";
import type { SandboxFiles } from "./sandbox-files.ts";

/** The files of an env directory; directories in it are skipped, links are followed (spec row 91). */
export async function readEnvDirectory(files: SandboxFiles, path: string): Promise<EnvDirectory> {
  const read = new Map<string, string>();
  for (const name of await files.list(path)) {
    const text = await files.readText(`${path}/${name}`);
    if (text !== undefined) read.set(name, text);
  }
  return read;
}
