import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** True if a parent directory is the root of an npm workspace. */
export async function isBelowWorkspace(dir: string): Promise<boolean> {
  const parent = dirname(dir);
  if (parent === dir) return false;
  return (await hasWorkspaces(join(parent, "package.json"))) || isBelowWorkspace(parent);
}

async function hasWorkspaces(file: string): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof manifest === "object" && manifest !== null && "workspaces" in manifest;
  } catch {
    return false; // there is none, or it is not npm's
  }
}
