import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import { GoCommandError, type GoOptions, runGo } from "./go-command.ts";

/**
 * The path of the Go module that contains the lifecycle's programs, the template of
 * `lifecycle.toml` and the packager of releases.
 */
export const lifecycleModule = "github.com/buildpacks/lifecycle";

/**
 * The module's checksum in Go's notation and its tagged commit, for the versions that cnb was
 * tested with.
 */
const known: Readonly<Record<string, { readonly sum: string; readonly commit: string }>> = {
  "0.21.0": { sum: "h1:s2okNv1I4rETBC4CRm4ly7DRr5eTqx1bpKXyf+ywVms=", commit: "fc6bccb1" },
};

/**
 * Returns the commit of a lifecycle version, which the lifecycle's programs record. The commit is
 * not read from the module proxy, because not all proxies provide it, and the bytes must not depend
 * on the proxy.
 */
export const commitOf = (version: string): string => known[version]?.commit ?? "";

/**
 * Downloads the lifecycle's module through the host's Go module proxy, and copies it to `dir` with
 * write permission. A build inside the module uses the module's own go.sum, so every dependency is
 * verified against the checksum that the authors pinned. `go install module@version` would also
 * request the list of all versions, which some proxies refuse.
 */
export async function copyModule(version: string, dir: string, options: GoOptions): Promise<void> {
  const module = await downloadModule(version, options);
  const expected = known[version]?.sum;
  if (expected && module.Sum !== expected) {
    throw new CnbError(
      "LIFECYCLE_INVALID",
      `${lifecycleModule}@v${version} has the checksum ${module.Sum}, not ${expected}`,
      {
        hint: "The Go module proxy serves a file that differs from the published module. Set GOPROXY to another proxy.",
      },
    );
  }
  await cp(module.Dir, dir, { recursive: true });
  await makeWritable(dir);
}

interface DownloadedModule {
  readonly Dir: string;
  readonly Sum: string;
}

async function downloadModule(version: string, options: GoOptions): Promise<DownloadedModule> {
  try {
    return JSON.parse(await runGo(["mod", "download", "-json", `${lifecycleModule}@v${version}`], options));
  } catch (error) {
    // With -json Go reports what went wrong on standard output.
    const message = error instanceof GoCommandError ? /"Error": (".*")/.exec(error.output)?.[1] : undefined;
    throw message ? new GoCommandError(`go mod download failed: ${JSON.parse(message)}`, "") : error;
  }
}

/**
 * Makes a copied module writable: Go's module cache is read-only, and the copy has the same modes.
 */
async function makeWritable(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) await makeWritable(path);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}
