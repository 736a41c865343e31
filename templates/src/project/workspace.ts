import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Returns the nearest parent directory that is the root of an npm workspace. */
export async function workspaceAbove(dir: string): Promise<string | undefined> {
  const parent = dirname(dir);
  if (parent === dir) return undefined;
  return (await hasWorkspaces(join(parent, "package.json"))) ? parent : workspaceAbove(parent);
}

async function hasWorkspaces(file: string): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof manifest === "object" && manifest !== null && "workspaces" in manifest;
  } catch {
    return false; // there is none, or it is not npm's
  }
}
