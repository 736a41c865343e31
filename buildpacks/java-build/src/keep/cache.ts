import { type ToolCache, toolCache } from "@libcnb/app-kit/keep/tool-cache";
import { cacheLayer } from "../application/layers.ts";
import type { Context } from "../config.ts";

/** Provides the cache of a tool's downloads. */
export async function provideCache({ layers, log }: Context, title: string): Promise<ToolCache> {
  const { path } = await layers.provide(cacheLayer, { metadata: { tool: title }, quiet: true, create() {} });
  return toolCache(path, { title, bytes: 3_000_000_000, words: "3 GB" }, log);
}
