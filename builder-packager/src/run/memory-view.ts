import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Mount } from "../sandbox/spec.ts";
import type { WritableRoot } from "./writable-root.ts";

/**
 * Creates the files in which programs of the app read the memory limit, for both cgroup versions.
 * The files are in the directory of the app's writable root, and are removed together with it.
 */
export async function memoryView({ rootfs, overlay }: WritableRoot, bytes: number): Promise<Mount> {
  const source = join(dirname(overlay?.upperDir ?? rootfs), "cgroup");
  await mkdir(join(source, "memory"), { recursive: true });
  const files = {
    "cgroup.controllers": "memory",
    "memory.max": `${bytes}`,
    "memory/memory.limit_in_bytes": `${bytes}`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(source, name), `${text}\n`);
  return { source, target: "/sys/fs/cgroup", readonly: true };
}
