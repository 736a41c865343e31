import { type ToolCache, toolCache } from "@libcnb/app-kit/keep/tool-cache";
import type { Context } from "../config.ts";
import type { Task } from "../task.ts";
import { targetText } from "../venv/key.ts";
import { cacheLayer } from "../venv/layers.ts";

/** Provides the cache of a tool. Files built for one Python or distribution do not fit another. */
export async function provideCache({ layers, log, target }: Context, { manager, python }: Task): Promise<ToolCache> {
  const { path } = await layers.provide(cacheLayer, {
    metadata: { manager: manager.title, python: python.version.replace(/\.\d+[^.]*$/, ""), target: targetText(target) },
    quiet: true,
    create() {},
  });
  return toolCache(path, { title: manager.title, bytes: 2_000_000_000, words: "2 GB" }, log);
}
