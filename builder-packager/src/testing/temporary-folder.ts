import { rmSync } from "node:fs";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "../sandbox/remove-tree.ts";

/** A temporary directory. It is removed when the process ends, or earlier. */
export interface TemporaryFolder {
  readonly dir: string;
  remove(): Promise<void>;
}

const kept = new Set<string>();
let cleansUp = false;

/** Creates a temporary directory for a test. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "cnb-test-")));
  if (!cleansUp) process.once("exit", removeKept);
  cleansUp = true;
  kept.add(dir);
  return {
    dir,
    async remove() {
      await removeTree(dir);
      kept.delete(dir);
    },
  };
}

// a test that failed, or forgot to dispose of what it made
function removeKept(): void {
  for (const dir of kept) rmSync(dir, { recursive: true, force: true });
}
