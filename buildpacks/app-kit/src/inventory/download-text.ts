import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download } from "libcnb/standalone";

/** Downloads a text, such as an index or a list of checksums. */
export async function downloadText(url: string, maxBytes = 16 * 1024 ** 2): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "text-"));
  try {
    await download(url, { to: join(dir, "text"), maxBytes });
    return await readFile(join(dir, "text"), "utf8");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
