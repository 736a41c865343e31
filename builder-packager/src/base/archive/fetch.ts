import { createHash, randomBytes } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { download } from "libcnb/standalone";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { kindOf } from "../../oci/files/regular-file.ts";
import type { Reporter } from "../../reporter.ts";
import { listening, waitingLine } from "../../waiting.ts";

/** The environment variables, signal and reporter for downloads. */
export interface FetchContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Reports slow mirrors by name. */
  readonly reporter?: Reporter | undefined;
}

export interface FetchRequest {
  readonly url: string;
  /** The file to write; it appears complete and verified, or not at all. */
  readonly to: string;
  /** The expected SHA-256, as 64 lower-case hexadecimal digits. */
  readonly sha256?: string;
  /** The maximum size of the file in bytes. @default no limit */
  readonly maxBytes?: number;
}

/**
 * Downloads a file of a package archive from an http, https or file URL.
 *
 * @throws CnbError BASE_DOWNLOAD_FAILED or BASE_CHECKSUM_MISMATCH
 */
export async function fetchFile(request: FetchRequest, { env, signal, reporter }: FetchContext): Promise<void> {
  const { url, to, sha256, maxBytes } = request;
  signal?.throwIfAborted();
  try {
    await mkdir(dirname(to), { recursive: true });
    if (url.startsWith("file:")) return await copyChecked(fileURLToPath(url), request);
    const options = {
      to,
      env,
      ...defined({ integrity: sha256 ? (`sha256:${sha256}` as const) : undefined, maxBytes, signal }),
    };
    await listening(url, reporter && waitingLine(reporter), (heard) =>
      download(url, { ...options, onProgress: heard }),
    );
  } catch (cause) {
    signal?.throwIfAborted();
    throw fetchError(url, cause);
  }
}

async function copyChecked(source: string, { to, sha256, maxBytes }: Omit<FetchRequest, "url">): Promise<void> {
  const stats = await stat(source);
  if (!stats.isFile()) throw new Error(`${source} is ${kindOf(stats)}`);
  if (maxBytes !== undefined && stats.size > maxBytes)
    throw new Error(`the file ${source} is too large: it has ${stats.size} bytes, and at most ${maxBytes} are allowed`);
  const partial = `${to}.${process.pid}-${randomBytes(4).toString("hex")}.partial`; // pids repeat among containers
  try {
    await copyFile(source, partial);
    if (sha256 !== undefined && !(await hasSha256(partial, sha256)))
      throw new MismatchError(`the file ${source} does not have the expected SHA-256 digest ${sha256}`);
    await rename(partial, to);
  } finally {
    await rm(partial, { force: true });
  }
}

class MismatchError extends Error {
  readonly code = "DOWNLOAD_CHECKSUM_MISMATCH";
}

function fetchError(url: string, cause: unknown): CnbError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "DOWNLOAD_CHECKSUM_MISMATCH") {
    return new CnbError(
      "BASE_CHECKSUM_MISMATCH",
      `the checksum of ${url} differs from the one in the package index or the lock file`,
      {
        cause,
        hint: "The mirror is being updated or is broken: try again in some minutes, or pass another mirror with --mirror URL.",
      },
    );
  }
  return new CnbError("BASE_DOWNLOAD_FAILED", `cannot fetch ${url}`, {
    cause,
    hint: fetchHint(url, cause),
  });
}

function fetchHint(url: string, cause: unknown): string {
  if (url.startsWith("file:")) return "Correct the path of the mirror, or pass another mirror with --mirror URL.";
  return isMissingSuite(url, cause)
    ? "Correct the name of the suite, or pass a mirror that has the suite with --mirror URL."
    : "Check the network and the proxy variables, or pass another mirror with --mirror URL.";
}

/** True if a mirror responds without the suite, so that the network is not the cause. */
function isMissingSuite(url: string, failure: unknown): boolean {
  const { cause } = failure instanceof Error ? failure : {};
  const isMissing = cause instanceof Error && "status" in cause && cause.status === 404;
  return isMissing && url.endsWith("/InRelease");
}

/**
 * True if a file exists and has the checksum. Cached files are never trusted without this check.
 */
export async function hasSha256(file: string, sha256: string): Promise<boolean> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes !== undefined && createHash("sha256").update(bytes).digest("hex") === sha256;
}
