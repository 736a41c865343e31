import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BuildContext, type DownloadFile, LibcnbError, UserError } from "libcnb";
import { publishedReleases, type ToolPackage, type ToolRelease } from "./releases.ts";

/**
 * Creates a `download` function that uses the user's npm registry, or else the registry in npm's
 * own settings.
 */
export function registryDownload({ download, run }: Pick<BuildContext<unknown>, "download" | "run">): DownloadFile {
  return async (url, options) => {
    try {
      return await download(url, options);
    } catch (error) {
      if (!(error instanceof LibcnbError) || error.code !== "NPM_REGISTRY_UNKNOWN") throw error;
      const { stdout } = await run("npm", ["config", "get", "registry"], { cwd: "/", output: "capture" });
      return download(url, { ...options, npmRegistry: stdout.trim() });
    }
  };
}

/** Reads all releases of some packages in a registry. */
export async function releasesOfRegistry(
  sources: readonly ToolPackage[],
  download: DownloadFile,
  dir: string,
): Promise<readonly ToolRelease[]> {
  const found: ToolRelease[] = [];
  for (const source of sources) {
    const to = join(dir, "document.json");
    await download(`npm:${source.name}`, { to, maxBytes: 128 * 1024 ** 2 });
    found.push(...publishedReleases(parsed(await readFile(to, "utf8"), source.name), source));
    await rm(to);
  }
  return found;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError("NPM_REGISTRY_UNSUITABLE", `the npm registry's metadata of ${name} is not JSON`, {
      cause,
      hint: "Set NPM_CONFIG_REGISTRY to the address of an npm registry, not to its website.",
    });
  }
}
