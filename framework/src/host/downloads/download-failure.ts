import { dirname } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { hasCode } from "../files/read.ts";
import { HttpStatusError } from "./retry.ts";
import { shownUrl } from "./shown-url.ts";

/** An error of a download that has its own hint. */
export class DownloadProblem extends Error {
  override readonly name = "DownloadProblem";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Converts an error of a download to the error to show. If the caller aborted the download, the
 * AbortError is returned unchanged.
 */
export function downloadFailure(url: URL, error: unknown, to: string): unknown {
  if (error instanceof LibcnbError || (error instanceof Error && error.name === "AbortError")) return error;
  const reason = reasonOf(error);
  return new LibcnbError("DOWNLOAD_FAILED", `could not download ${shownUrl(url)}`, {
    cause: reason,
    hint: error instanceof DownloadProblem ? error.hint : hintFor(url, reason, to),
  });
}

function reasonOf(error: unknown): unknown {
  if (hasCode(error, "ECONNRESET") && error instanceof Error && error.message === "aborted")
    return "the connection ended too early";
  return error instanceof AggregateError && error.message === "" ? error.errors[0] : error;
}

function hintFor(url: URL, error: unknown, to: string): string {
  if (hasCode(error, "ENOSPC", "EDQUOT")) return `Free space on the disk of ${dirname(to)}.`;
  if (url.protocol === "file:")
    return hasCode(error, "ENOENT", "ENOTDIR")
      ? "Correct the URL, or create the file."
      : "Check that the URL names a file, and that the build may read it.";
  if (error instanceof HttpStatusError) return statusHint(error.status);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code)) return certificateHints[code] ?? unknownAuthority;
  return "Check the network. Behind a proxy, set HTTPS_PROXY. If there is a mirror, set BP_DEPENDENCY_MIRROR.";
}

function statusHint(status: number): string {
  if (status === 401 || status === 403) return "Provide credentials, or request permission to read the file.";
  if (status === 404 || status === 410) return "Check the URL: the server does not have this file.";
  if (status === 407) return proxyCredentials;
  const isTemporary = status >= 500 || [408, 425, 429].includes(status);
  return isTemporary ? "Try again later, or use a mirror." : "Check the URL: the server refuses the request.";
}

const proxyCredentials = "Set HTTPS_PROXY or HTTP_PROXY to http://USER:PASSWORD@HOST:PORT.";

/** Returns the hint for a proxy that refused a CONNECT request with this status. */
export const proxyHint = (status: number | undefined): string =>
  status === 407
    ? proxyCredentials
    : "Ask the operator of the proxy to permit this host, or add the host to NO_PROXY if it can be reached directly.";

const certificateHints: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "Check the date of this machine. If it is right, the server's operator must renew the certificate.",
  CERT_NOT_YET_VALID:
    "Check the date of this machine. If it is right, the server's operator must replace the certificate.",
  ERR_TLS_CERT_ALTNAME_INVALID: "Check the host name in the URL: the server's certificate is for another name.",
};

// the variable names a file of the build's container, which its user cannot put there by hand
const unknownAuthority =
  "Pass the server's CA certificate to the build with cnb build --ca-cert FILE or a binding of the type ca-certificates. Outside of builds, set SSL_CERT_FILE.";
