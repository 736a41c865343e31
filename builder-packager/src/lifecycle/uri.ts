import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { download } from "libcnb";
import { CnbError } from "../errors.ts";
import { readLifecycleArchive } from "./archive.ts";
import type { FetchLifecycleOptions } from "./fetch.ts";
import type { Lifecycle } from "./source.ts";

/**
 * Reads a lifecycle archive that the user named. Nothing is kept of a download: what an address serves may change.
 */
export async function readFromUri(uri: string, options: FetchLifecycleOptions): Promise<Lifecycle> {
  if (!/^https?:\/\//i.test(uri)) return readLocal(uri, options);
  await mkdir(options.cacheDir, { recursive: true });
  const dir = await mkdtemp(join(options.cacheDir, "tmp-"));
  try {
    options.reporter.step(`Downloading ${withoutCredentials(uri)}`);
    const file = join(dir, "lifecycle.tgz");
    await download(uri, { to: file, env: options.env, signal: options.signal });
    return await readLifecycleArchive(file, options.arch, withoutCredentials(uri));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readLocal(uri: string, { arch }: FetchLifecycleOptions): Promise<Lifecycle> {
  const file = uri.startsWith("file://") ? fileURLToPath(uri) : uri;
  await access(file).catch((cause) => {
    throw new CnbError("LIFECYCLE_UNAVAILABLE", `the lifecycle archive ${file} cannot be read`, {
      cause,
      hint: "Name a file by a path relative to builder.toml, or by file:// or https://.",
    });
  });
  return readLifecycleArchive(file, arch);
}

function withoutCredentials(uri: string): string {
  const url = new URL(uri);
  url.username = "";
  url.password = "";
  return url.href;
}
