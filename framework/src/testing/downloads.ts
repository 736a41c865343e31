import { LibcnbError } from "../errors.ts";
import type { GetRequest, HttpResponse } from "../host/http-request.ts";
import { type Ports, realPorts } from "../runtime/ports.ts";

/** What a URL answers: a file, or the status of a failure. A temporary one (429, 503, …) is tried again as in a real build, with its waits. */
export type GivenDownload = string | Uint8Array | { readonly status: number };

/** Files of the network by URL, without query. `"real"`: the network itself. */
export type GivenDownloads = Readonly<Record<string, GivenDownload>> | "real";

/** A download that was asked for. */
export interface RecordedDownload {
  readonly url: string;
  readonly to: string;
  readonly integrity?: string;
}

/** Downloads from what is given; everything about them is real but the network. */
export function givenDownloads(given: GivenDownloads, record: (download: RecordedDownload) => void): Ports["download"] {
  return async (url, options) => {
    const { to, integrity } = options;
    record({ url: url.href, to, ...(integrity !== undefined && { integrity }) });
    if (given === "real") return realPorts.download(url, options);
    const { downloadFile } = await import("../host/download-file.ts");
    return downloadFile(url, options, async (request) => responseOf(given, request));
  };
}

function responseOf(given: Exclude<GivenDownloads, "real">, { url }: GetRequest): HttpResponse {
  const found = given[url.href] ?? given[`${url.origin}${url.pathname}`];
  if (found === undefined) throw unknownDownload(url, Object.keys(given));
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
