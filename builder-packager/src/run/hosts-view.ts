import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Mount, sandboxHostname } from "../sandbox/spec.ts";
import type { WritableRoot } from "./writable-root.ts";

/**
 * Creates the file /etc/hosts for an app in a private network. Few images contain this file, and
 * without the file even `localhost` cannot be resolved.
 */
export async function hostsView({ rootfs, overlay }: WritableRoot): Promise<Mount> {
  const source = join(dirname(overlay?.upperDir ?? rootfs), "hosts");
  await writeFile(source, `127.0.0.1\tlocalhost ${sandboxHostname}\n::1\tlocalhost\n`);
  return { source, target: "/etc/hosts", readonly: true };
}
