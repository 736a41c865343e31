import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CnbError } from "../../errors.ts";
import { toolPath } from "./host-facts.ts";

/**
 * Copies an unpacked image with its links, sparse files and times, and with owners if cnb is root.
 * `clone` shares file contents if the file system supports it. `link` creates hard links, for
 * callers that do not modify files.
 *
 * @throws CnbError SANDBOX_FAILED
 */
export async function copyRoot(from: string, to: string, how: "clone" | "link", signal?: AbortSignal): Promise<void> {
  const args = ["--archive", how === "link" ? "--link" : "--reflink=auto", "--no-target-directory", from, to];
  await promisify(execFile)("cp", args, { env: { PATH: toolPath(process.env) }, signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new CnbError("SANDBOX_FAILED", `the image's files could not be copied to ${to}`, {
      cause,
      hint: `Check the free space on the disk of ${to}, and that the command cp of GNU coreutils is installed.`,
    });
  });
}
