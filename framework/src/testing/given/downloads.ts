import { LibcnbError } from "../../errors.ts";
import type { GetRequest, HttpResponse } from "../../host/downloads/http-request.ts";
import { type Ports, realPorts } from "../../runtime/ports.ts";

/**
 * The response of a URL: a file, or the status of a failure. A temporary failure (429, 503, …) is
 * retried as in a real build, but without delay.
 */
export type GivenDownload = string | Uint8Array | { readonly status: number } | UncheckedDownload;

/** A file that is accepted with any expected checksum. */
export interface UncheckedDownload {
  readonly contents: string | Uint8Array;
  readonly checked: false;
}

/**
 * A file that replaces a release: it is not compared with the checksum in buildpack.toml.
 *
 * @example `const downloads = { "https://example.com/node.tgz": unchecked(await tarball({ "node/bin/node": "#!/bin/sh\n" })) };`
 */
export const unchecked = (contents: string | Uint8Array): UncheckedDownload => ({ contents, checked: false });

/** Files by URL, without query. `"real"` uses the network. */
export type GivenDownloads = Readonly<Record<string, GivenDownload>> | "real";

/** A recorded download. */
export interface RecordedDownload {
  readonly url: string;
  readonly to: string;
  readonly integrity?: string;
}

/** Downloads from the given files; only the network is replaced. */
export function givenDownloads(given: GivenDownloads, record: (download: RecordedDownload) => void): Ports["download"] {
  return async (url, options) => {
    const { to, integrity } = options;
    record({ url: url.href, to, ...(integrity !== undefined && { integrity }) });
    if (given === "real") return realPorts.download(url, options);
    const { downloadFile } = await import("../../host/downloads/download-file.ts");
    const { integrity: _, ...others } = options;
    const wanted = isUnchecked(find(given, url)) ? others : options;
    const retry = { ...options.retry, delayMs: 0 };
    return downloadFile(url, { ...wanted, retry }, async (request) => responseOf(given, request));
  };
}

const find = (given: Files, url: URL): GivenDownload | undefined =>
  [url.href, `${url.origin}${url.pathname}`].flatMap((name) => (Object.hasOwn(given, name) ? [given[name]] : []))[0];

const isUnchecked = (found: GivenDownload | undefined): found is UncheckedDownload =>
  typeof found === "object" && "checked" in found;

type Files = Exclude<GivenDownloads, "real">;

function responseOf(given: Files, { url }: GetRequest): HttpResponse {
  const answer = find(given, url);
  if (answer === undefined) throw unknownDownload(url, Object.keys(given));
  const found = isUnchecked(answer) ? answer.contents : answer;
  const bytes = typeof found === "string" ? new TextEncoder().encode(found) : found;
  const isFile = bytes instanceof Uint8Array;
  return {
    statusCode: isFile ? 200 : bytes.status,
    headers: isFile ? { "content-length": String(bytes.length) } : {},
    complete: true,
    destroy: () => {},
    async *[Symbol.asyncIterator]() {
      if (isFile) yield bytes;
    },
  };
}

function unknownDownload(url: URL, given: readonly string[]): LibcnbError<"TEST_INPUT_MISSING"> {
  return new LibcnbError("TEST_INPUT_MISSING", `the test gives no download ${url.href}`, {
    cause: given.length === 0 ? "it gives none" : `it gives ${[...given].sort().join(", ")}`,
    hint: `Give its contents: downloads: { ${JSON.stringify(url.href)}: … }.`,
  });
}
