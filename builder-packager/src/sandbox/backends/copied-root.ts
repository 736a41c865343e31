import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CnbError } from "../../errors.ts";
import { toolPath } from "./host-facts.ts";

/**
 * Copies an unpacked image, with owners if root, with links, holes and times. `clone` shares
 * contents if the file system supports it; `link` creates hard links, for users who do not write to
 * them.
 *
 * @throws CnbError SANDBOX_FAILED
 */
export async function copyRoot(from: string, to: string, how: "clone" | "link", signal?: AbortSignal): Promise<void> {
  const args = ["--archive", how === "link" ? "--link" : "--reflink=auto", "--no-target-directory", from, to];
  await promisify(execFile)("cp", args, { env: { PATH: toolPath(process.env) }, signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new CnbError("SANDBOX_FAILED", `The image's files could not be copied to ${to}`, { cause });
  });
}
