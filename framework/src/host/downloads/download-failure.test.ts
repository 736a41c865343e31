import { expect, test } from "vitest";
import { downloadFailure } from "./download-failure.ts";
import { HttpStatusError } from "./retry.ts";

const withCode = (code: string) => Object.assign(new Error(code), { code });

const authority =
  "Pass the server's CA certificate to the build with cnb build --ca-cert FILE or a binding of the type ca-certificates. Outside of builds, set SSL_CERT_FILE.";
const credentials = "Set HTTPS_PROXY or HTTP_PROXY to http://USER:PASSWORD@HOST:PORT.";

test.for<[string, unknown, string]>([
  [
    "a missing permission",
    new HttpStatusError(403, ""),
    "Provide credentials, or request permission to read the file.",
  ],
  ["a missing file", new HttpStatusError(404, ""), "Check the URL: the server does not have this file."],
  ["a removed file", new HttpStatusError(410, ""), "Check the URL: the server does not have this file."],
  ["a proxy that requires a login", new HttpStatusError(407, ""), credentials],
  ["a refused request", new HttpStatusError(400, ""), "Check the URL: the server refuses the request."],
  ["too many requests", new HttpStatusError(429, ""), "Try again later, or use a mirror."],
  ["an error of the server", new HttpStatusError(503, ""), "Try again later, or use a mirror."],
  ["an unknown CA", withCode("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), authority],
  ["a self-signed certificate", withCode("DEPTH_ZERO_SELF_SIGNED_CERT"), authority],
  [
    "an expired certificate",
    withCode("CERT_HAS_EXPIRED"),
    "Check the date of this machine. If it is right, the server's operator must renew the certificate.",
  ],
  [
    "a certificate for another host",
    withCode("ERR_TLS_CERT_ALTNAME_INVALID"),
    "Check the host name in the URL: the server's certificate is for another name.",
  ],
  ["a full disk", withCode("ENOSPC"), "Free space on the disk of /layers."],
  [
    "no network",
    withCode("ENETUNREACH"),
    "Check the network. Behind a proxy, set HTTPS_PROXY. If there is a mirror, set BP_DEPENDENCY_MIRROR.",
  ],
])("the hint of a failed download fits %s", ([, error, hint]) => {
  expect(downloadFailure(new URL("https://a.test/file"), error, "/layers/file")).toMatchObject({
    code: "DOWNLOAD_FAILED",
    message: "could not download https://a.test/file",
    hint,
  });
});

test.for<[string, string]>([
  ["ENOENT", "Correct the URL, or create the file."],
  ["EACCES", "Check that the URL names a file, and that the build may read it."],
])("the hint for a file URL fits %s", ([code, hint]) => {
  expect(downloadFailure(new URL("file:///a"), withCode(code), "/layers/file")).toMatchObject({ hint });
});
