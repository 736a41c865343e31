import { rm } from "node:fs/promises";
import type { App } from "libcnb";

/**
 * Removes the caches that build tools keep in `node_modules`; the app does not need them at run
 * time.
 */
export async function removeToolCaches(app: App, installed: readonly string[]): Promise<void> {
  for (const dir of installed.filter((path) => /(^|\/)node_modules$/.test(path)))
    for (const name of toolCaches) await rm(app.path(dir, name), { recursive: true, force: true });
}

const toolCaches: readonly string[] = [".cache", ".vite", ".vitest", ".turbo"];
