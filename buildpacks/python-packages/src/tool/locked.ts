import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ManagerName } from "../package-manager.ts";

/** A tool with all that it needs, with digests of each file. */
export interface LockedTool {
  readonly version: string;
  /** Requirements for pip. */
  readonly text: string;
}

/** Where a tool's locked requirements are in this buildpack. */
export const requirementsFile = (buildpackDir: string, name: ManagerName): string =>
  join(buildpackDir, "src", name, "requirements.txt");

/** The release of a tool that this buildpack comes with. */
export async function lockedTool(buildpackDir: string, name: ManagerName): Promise<LockedTool> {
  const text = await readFile(requirementsFile(buildpackDir, name), "utf8");
  return { version: versionIn(text, name), text };
}

/** The version of a package in locked requirements. */
export function versionIn(text: string, name: string): string {
  const [, version] = new RegExp(`^${name}(?:\\[[^\\]]*\\])?==([^\\s;\\\\]+)`, "m").exec(text) ?? [];
  if (version === undefined) throw new Error(`the requirements of ${name} do not name it`);
  return version;
}
