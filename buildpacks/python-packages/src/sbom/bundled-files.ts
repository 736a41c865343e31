import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component } from "libcnb";
import { bundledIn } from "./bundled.ts";

const maxBytes = 16 * 1024 ** 2; // the largest that wheels have is far below one; others are not for reading

/** Reads the bundled libraries from the SBOMs in an installed package's `.dist-info/sboms`. */
export async function readBundled(distInfo: string, owner: string): Promise<readonly Component[]> {
  const dir = join(distInfo, "sboms");
  const names = await readdir(dir).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json")).toSorted();
  const texts = await Promise.all(files.map((name) => textOf(join(dir, name))));
  return texts.flatMap((text) => bundledIn(text, owner));
}

async function textOf(path: string): Promise<string> {
  const { size } = await lstat(path).then((found) => (found.isFile() ? found : { size: Number.POSITIVE_INFINITY }));
  return size <= maxBytes ? readFile(path, "utf8") : "";
}
