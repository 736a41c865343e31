import { readFile } from "node:fs/promises";
import { download } from "libcnb/standalone";
import { CnbError } from "../errors.ts";
import type { Reporter } from "../reporter.ts";
import { listening, waitingLine } from "../waiting.ts";
import type { LifecycleArch } from "./source.ts";

/** The URL of the project's releases. `LIBCNB_LIFECYCLE_RELEASES` names a mirror. */
const officialReleases = "https://github.com/buildpacks/lifecycle/releases/download";

/** The names of architectures in release file names. */
const releaseArch: Readonly<Record<LifecycleArch, string>> = {
  amd64: "x86-64",
  arm64: "arm64",
  ppc64le: "ppc64le",
  s390x: "s390x",
};

/**
 * The time limit for the first, tiny file. Firewalls often drop packets instead of refusing them,
 * and users who have Go should not wait long for that.
 */
const probeTimeoutMs = 4000;

export interface FetchOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/**
 * Returns the file name of a release's archive, for example `lifecycle-v0.21.0+linux.x86-64.tgz`.
 */
export const releaseName = (version: string, arch: LifecycleArch): string =>
  `lifecycle-v${version}+linux.${releaseArch[arch]}.tgz`;

/** Returns the URL of a release's archive. */
export function releaseUrl(version: string, arch: LifecycleArch, env: NodeJS.ProcessEnv): string {
  const releases = (env["LIBCNB_LIFECYCLE_RELEASES"] || officialReleases).replace(/\/+$/, "");
  return `${releases}/v${version}/${encodeURIComponent(releaseName(version, arch))}`;
}

/**
 * Downloads a lifecycle release to `file` and verifies it with the `.sha256` file published next to
 * it. If the host is unreachable, the function fails within seconds.
 */
export async function downloadRelease(url: string, file: string, options: FetchOptions): Promise<void> {
  const { env, signal, reporter } = options;
  const integrity = await publishedChecksum(`${url}.sha256`, `${file}.sha256`, options);
  await listening(url, waitingLine(reporter), (heard) =>
    download(url, { to: file, integrity, env, signal, onProgress: heard }),
  );
}

async function publishedChecksum(url: string, file: string, { env, signal }: FetchOptions) {
  const timeout = AbortSignal.timeout(probeTimeoutMs);
  try {
    const retry = { attempts: 2, delayMs: 200 };
    await download(url, { to: file, env, signal: AbortSignal.any([signal, timeout]), maxBytes: 4096, retry });
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted)
      throw new Error(`${url} did not respond within ${probeTimeoutMs / 1000} seconds`, { cause: error });
    throw error;
  }
  const hex = /^([0-9a-f]{64})\b/i.exec((await readFile(file, "utf8")).trim())?.[1];
  if (hex) return `sha256:${hex.toLowerCase()}` as const;
  throw new CnbError("LIFECYCLE_INVALID", `${url} contains no SHA-256 checksum`, {
    hint: "Check the proxy settings: the server returned something other than the checksum file.",
  });
}
