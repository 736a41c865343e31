import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes an executable file, and creates its directory. */
export async function writeExecutable(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o755 });
}
