import { join } from "node:path";
import { LibcnbError } from "../../errors.ts";
import type { Download, DownloadOptions } from "../../host/downloads/download-options.ts";
import { fileNameOf } from "../../host/downloads/percent-encoding.ts";
import { shownUrl } from "../../host/downloads/shown-url.ts";
import { textAt } from "../../host/files/read.ts";
import { inTemporaryDirectory } from "../../host/files/temporary-directory.ts";
import type { DownloadHost } from "../download-host.ts";
import { pypiWheel, type Wheel } from "./pypi-wheel.ts";

/** The size limit of a page; that of a large project has a few megabytes. */
const longestPage = 64 * 1024 ** 2;

/**
 * Downloads the wheel that `pypi:<wheel>` names from the Python package index in the option
 * `pypiIndex`.
 *
 * @throws LibcnbError PYPI_INDEX_UNKNOWN, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH
 */
export async function fromPythonIndex(
  host: Pick<DownloadHost, "download" | "log">,
  uri: URL,
  options: DownloadOptions,
): Promise<Download> {
  const wheel = pypiWheel(uri.href);
  if (wheel === undefined)
    throw new LibcnbError("DOWNLOAD_FAILED", `${uri.href} does not name a wheel of a Python package`, {
      hint: "Use the form pypi:<name>-<version>-<tags>.whl.",
    });
  const page = pageOf(wheel, options.pypiIndex);
  const url = wheelLink(await textOfPage(host, page, options), page, wheel.file);
  if (url === undefined)
    throw new LibcnbError("DOWNLOAD_FAILED", `the package index does not have ${wheel.file}`, {
      cause: `${shownUrl(page)} does not list this file`,
      hint: "Use an index that mirrors all files of the project.",
    });
  if (!options.quiet) host.log.info(`Downloading ${shownUrl(url)}`);
  return host.download(url, options);
}

/** The project's page in the simple repository API, with the credentials of the index. */
function pageOf({ project, file }: Wheel, index: string | undefined): URL {
  const url = index === undefined ? null : URL.parse(index.trim());
  if (url !== null && /^https?:$/.test(url.protocol)) {
    url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/, "")}/${project}/`;
    return url;
  }
  const problem = index === undefined ? "is configured" : "with an http or https URL is configured";
  throw new LibcnbError("PYPI_INDEX_UNKNOWN", `no Python package index ${problem} to download ${file} from`, {
    hint: "Set PIP_INDEX_URL to the URL of a package index, such as https://pypi.example.com/simple.",
  });
}

async function textOfPage(
  { download }: Pick<DownloadHost, "download">,
  page: URL,
  { integrity: _, onProgress: __, ...options }: DownloadOptions,
): Promise<string> {
  return inTemporaryDirectory(async (dir) => {
    const to = join(dir, "page");
    const accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5";
    await download(page, { ...options, to, headers: { accept }, maxBytes: longestPage });
    return (await textAt(to)) ?? "";
  });
}

/**
 * Finds the URL of a file in a Python package index's page about a project. The page is HTML or
 * JSON. Returns undefined if the page does not list the file.
 *
 * @see https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */
export function wheelLink(text: string, page: URL, file: string): URL | undefined {
  const links = text.trimStart().startsWith("{") ? jsonLinks(text) : htmlLinks(text);
  for (const link of links) {
    const url = URL.parse(link, page.href);
    if (url !== null && /^https?:$/.test(url.protocol) && fileNameOf(url) === file) return withLogin(url, page);
  }
  return undefined;
}

function jsonLinks(text: string): readonly string[] {
  try {
    const { files } = JSON.parse(text) as { files?: readonly ({ url?: unknown } | null)[] };
    return (Array.isArray(files) ? files : []).flatMap((each) => (typeof each?.url === "string" ? [each.url] : []));
  } catch {
    return []; // a page for people
  }
}

const htmlLinks = (text: string): readonly string[] =>
  Array.from(text.matchAll(/\bhref\s{0,9}=\s{0,9}["']([^"'<>]{1,4000})["']/gi), ([, link = ""]) =>
    link.replaceAll("&amp;", "&"),
  );

/** Adds the login only for the index it was given for. */
function withLogin(url: URL, page: URL): URL {
  const isOwn = url.origin === page.origin && url.username === "";
  if (isOwn) [url.username, url.password] = [page.username, page.password];
  url.hash = "";
  return url;
}
