import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { LibcnbError } from "../../errors.ts";
import type { Checksum } from "./checksum.ts";
import { DownloadProblem, downloadFailure } from "./download-failure.ts";
import { type Download, type DownloadOptions, notDownloadable } from "./download-options.ts";
import { basicAuthorization, get, type HttpResponse, IdleTimeout } from "./http-request.ts";
import { Hashes, parseIntegrity } from "./integrity.ts";
import { HttpStatusError, Interrupted, parseRetryAfter, withRetries } from "./retry.ts";
import { shownUrl } from "./shown-url.ts";

const defaultMaxBytes = 4 * 1024 ** 3;
const maxRedirects = 10;
const defaultIdleTimeoutMs = 30_000;
/** Bytes per second, averaged over the idle timeout. */
const slowestRate = 512;

/** The state of a partial download between two attempts. */
interface Progress {
  readonly file: FileHandle;
  hashes: Hashes;
  /** ETag or date of the version of the bytes received so far. */
  validator: string | undefined;
}

interface Transfer extends DownloadOptions {
  readonly url: URL;
  readonly expected: Checksum | undefined;
  readonly get: typeof get;
}

/**
 * Downloads a file. {@link download} describes the rules. `httpGet` sends the requests; tests
 * replace it.
 */
export async function downloadFile(url: URL, options: DownloadOptions, httpGet = get): Promise<Download> {
  if (url.protocol === "file:") return copyFromFile(url, options);
  if (!isHttp(url)) throw notDownloadable(shownUrl(url));
  const timeout = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout].filter((each) => each !== undefined));
  const transfer = {
    ...options,
    signal,
    url,
    get: httpGet,
    expected: options.integrity === undefined ? undefined : parseIntegrity(options.integrity),
  };
  const { attempts = 5, delayMs = 500 } = options.retry ?? {};
  return throughTemporary(options.to, async (file) => {
    const progress: Progress = { file, hashes: new Hashes(transfer.expected), validator: undefined };
    try {
      await withRetries({ attempts, delayMs, signal, onRetry: options.onRetry }, () => attempt(transfer, progress));
    } catch (error) {
      throw downloadFailure(
        url,
        timeout?.aborted
          ? new DownloadProblem(
              `it took longer than ${options.timeoutMs} ms`,
              "Check the speed of the network, or increase the option timeoutMs of the download.",
            )
          : error,
        options.to,
      );
    }
    return checked(url, progress.hashes);
  });
}

async function throughTemporary<T>(to: string, fill: (file: FileHandle) => Promise<T>): Promise<T> {
  await mkdir(dirname(to), { recursive: true });
  const temporary = `${to}.${process.pid}-${Math.random().toString(36).slice(2)}.partial`;
  const file = await open(temporary, "wx");
  try {
    const result = await fill(file);
    await file.close();
    await rename(temporary, to);
    return result;
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

async function attempt(transfer: Transfer, progress: Progress): Promise<void> {
  const response = await respond(transfer, progress);
  if (!isWhole(response, progress)) {
    response.destroy();
    progress.validator = undefined; // the next attempt asks for all of it
    throw new Interrupted("the server does not continue where the download was interrupted");
  }
  try {
    if (response.statusCode !== 206) await restart(transfer, progress);
    progress.validator = validatorOf(response);
    const total = totalBytes(response);
    checkSize(transfer, total ?? 0);
    await receive(transfer, progress, { response, total });
  } finally {
    response.destroy();
  }
}

async function receive(
  { onProgress, ...transfer }: Transfer,
  { file, hashes }: Progress,
  { response, total }: { readonly response: HttpResponse; readonly total: number | undefined },
): Promise<void> {
  for await (const chunk of flowing(response, transfer.idleTimeoutMs ?? defaultIdleTimeoutMs)) {
    checkSize(transfer, hashes.bytes + chunk.length);
    await writeAll(file, chunk, hashes.bytes);
    hashes.update(chunk);
    onProgress?.(hashes.bytes, total);
  }
  // Node ends a response that was cut off like a complete one only if the server named no length
  if (!response.complete || (total !== undefined && hashes.bytes !== total))
    throw new Interrupted("the connection ended too early");
}

/** Ends a response that is too slow. Only time in which the reader waits is counted. */
async function* flowing(response: HttpResponse, idleMs: number): AsyncGenerator<Uint8Array> {
  let [waited, bytes, since] = [0, 0, performance.now()];
  for await (const chunk of response) {
    waited += performance.now() - since;
    bytes += chunk.length;
    if (bytes >= (slowestRate * idleMs) / 1000) [waited, bytes] = [0, 0];
    else if (waited > idleMs) throw new IdleTimeout(`only ${bytes} bytes arrived within ${idleMs} ms`);
    yield chunk;
    since = performance.now();
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written, chunk.length - written, position + written)).bytesWritten;
  }
}

async function restart({ expected }: Transfer, progress: Progress): Promise<void> {
  if (progress.hashes.bytes === 0) return;
  await progress.file.truncate(0);
  progress.hashes = new Hashes(expected);
}

/** Requests the file, or the rest of it, and follows redirects. */
async function respond(transfer: Transfer, progress: Progress): Promise<HttpResponse> {
  let { url } = transfer;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await transfer.get({ ...requestOf(transfer, progress, url), url });
    const location = response.headers.location;
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined)
      return accepted(response, progress);
    response.destroy();
    url = redirected(url, location, transfer);
  }
  throw new DownloadProblem(
    `the server answered with more than ${maxRedirects} redirects`,
    "Check the URL, for example with curl --location.",
  );
}

function requestOf(
  { url: first, headers = {}, env = process.env, idleTimeoutMs = defaultIdleTimeoutMs, signal }: Transfer,
  progress: Progress,
  url: URL,
) {
  const { validator, hashes } = progress;
  const resume: Readonly<Record<string, string>> =
    isResumed(progress) && validator !== undefined ? { range: `bytes=${hashes.bytes}-`, "if-range": validator } : {};
  const common = { accept: "*/*", "accept-encoding": "identity", "user-agent": "libcnb" };
  // what the caller sends may be a secret: for the host it was meant for only
  const own = url.origin === first.origin ? lowerCased(headers) : {};
  return { headers: { ...common, ...credentials(url), ...own, ...resume }, env, idleTimeoutMs, signal };
}

const isResumed = ({ validator, hashes }: Progress): boolean => hashes.bytes > 0 && validator !== undefined;

function accepted(response: HttpResponse, progress: Progress): HttpResponse {
  const { statusCode = 0, statusMessage = "", headers } = response;
  if (statusCode === 200 || (isResumed(progress) && [206, 416].includes(statusCode))) return response;
  response.destroy();
  throw new HttpStatusError(statusCode, statusMessage, parseRetryAfter(headers["retry-after"], Date.now()));
}

/** True if the response is the whole file, or the rest of the version of the bytes so far. */
function isWhole(response: HttpResponse, { hashes, validator }: Progress): boolean {
  if (response.statusCode === 200) return true;
  const next = validatorOf(response) ?? validator; // a server need not repeat it
  return response.statusCode === 206 && rangeOf(response)?.start === hashes.bytes && next === validator;
}

function rangeOf({
  headers,
}: HttpResponse): { readonly start: number; readonly total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === "*" ? undefined : Number(total) };
}

function redirected(from: URL, location: string, { expected }: Transfer): URL {
  const to = URL.parse(location, from.href);
  if (to === null) throw badRedirect("the server redirects to an invalid URL");
  if (!isHttp(to)) throw badRedirect(`the server redirects to a URL that begins with ${to.protocol}`);
  // without encryption anybody could answer; only a checksum would notice
  if (from.protocol === "https:" && to.protocol === "http:" && expected === undefined)
    throw new DownloadProblem(
      `${from.host} redirects from https to http`,
      "Pass a checksum in the option integrity, or use a URL that stays encrypted.",
    );
  return to;
}

const badRedirect = (message: string) => new DownloadProblem(message, "Use another URL for this file.");

function checkSize(
  { url, maxBytes = defaultMaxBytes }: { readonly url: URL; readonly maxBytes?: number | undefined },
  bytes: number,
): void {
  if (bytes <= maxBytes) return;
  throw new LibcnbError("DOWNLOAD_FAILED", `could not download ${shownUrl(url)}`, {
    cause: `the file has more than ${maxBytes} bytes`,
    hint: "Check the URL. If the file is right, increase the option maxBytes of the download.",
  });
}

/** Copies a file of a mirror that is mounted into the build. */
async function copyFromFile(url: URL, { to, integrity, maxBytes }: DownloadOptions): Promise<Download> {
  const hashes = new Hashes(integrity === undefined ? undefined : parseIntegrity(integrity));
  return throughTemporary(to, async (file) => {
    try {
      for await (const chunk of createReadStream(url) as AsyncIterable<Uint8Array>) {
        checkSize({ url, maxBytes }, hashes.bytes + chunk.length);
        await writeAll(file, chunk, hashes.bytes);
        hashes.update(chunk);
      }
    } catch (error) {
      throw downloadFailure(url, error, to);
    }
    return checked(url, hashes);
  });
}

function checked(url: URL, hashes: Hashes): Download {
  const { sha256, mismatch } = hashes.finish();
  if (mismatch === undefined) return { bytes: hashes.bytes, sha256 };
  throw new LibcnbError(
    "DOWNLOAD_CHECKSUM_MISMATCH",
    `the checksum of ${shownUrl(url)} differs from the expected one`,
    {
      cause: `expected ${mismatch.expected}, got ${mismatch.actual}`,
      hint: "Check whether a mirror or proxy modifies files. If not, do not use the file, and report it to its publisher.",
    },
  );
}

/** The size of the whole file, even if the response is a part of it. */
function totalBytes(response: HttpResponse): number | undefined {
  const length = response.headers["content-length"];
  const range = response.statusCode === 206 ? rangeOf(response) : undefined;
  if (range?.total !== undefined) return range.total;
  return length === undefined ? undefined : Number(length) + (range?.start ?? 0);
}

// a weak ETag names a meaning, not bytes
function validatorOf({ headers: { etag, "last-modified": date } }: HttpResponse): string | undefined {
  return etag !== undefined && !etag.startsWith("W/") ? etag : date;
}

function credentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  return { authorization: basicAuthorization({ username, password }) };
}

const isHttp = ({ protocol }: URL): boolean => protocol === "https:" || protocol === "http:";

const lowerCased = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
