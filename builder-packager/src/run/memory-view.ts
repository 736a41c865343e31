import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Mount } from "../sandbox/spec.ts";
import type { WritableRoot } from "./writable-root.ts";

/**
 * What an app sees of its limit of memory, where launch helpers look for it: the files of both versions of control groups.
 * They stand beside the app's own files, and go with them.
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
