import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Env } from "libcnb";

/** The version in npm's own package.json. Starting npm would take much longer. */
export function npmOnPath({ PATH = "" }: Env): string {
  const file = PATH.split(":")
    .map((dir) => join(dir, "npm"))
    .find((path) => existsSync(path));
  if (file === undefined) return "unknown";
  const manifest = readFileSync(join(dirname(realpathSync(file)), "../package.json"), "utf8");
  return /"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? "unknown";
}
