import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { certificateFile } from "./certificates.ts";

const [one = "", two = ""] = rootCertificates;
const key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n";
const binary = Buffer.from(one.replace(/-----[^-]+-----|\n/g, ""), "base64");
const type = "ca-certificates\n";
type Files = Readonly<Record<string, string | Buffer>>;

/** The file, its text and the warnings, without the names of temporary directories. */
function found(files: Files, temporary: "writable" | "absent" = "writable") {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-certificates-"));
  const warnings: string[] = [];
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, "bindings", path)), { recursive: true });
      if (typeof text === "string" && text.startsWith("-> ")) symlinkSync(text.slice(3), join(dir, "bindings", path));
      else writeFileSync(join(dir, "bindings", path), text);
    }
    mkdirSync(join(dir, "tmp"));
    const temporaryDir = join(dir, temporary === "writable" ? "tmp" : "absent");
    const path = certificateFile(join(dir, "bindings"), (text) => warnings.push(text.replaceAll(dir, "")), [
      temporaryDir,
    ]);
    const text = path === undefined ? undefined : readFileSync(path, "utf8");
    return { path: path?.replace(dir, "").replace(/-\w{6}\//, "/"), text, warnings };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const bundle = "/tmp/ca-certificates/bundle.pem";
test.for<[string, Files, ReturnType<typeof found>]>([
  ["no CA certificate file is used without bindings", {}, { path: undefined, text: undefined, warnings: [] }],
  [
    "bindings of a type other than ca-certificates are ignored",
    { "a/type": "npmrc", "a/x.pem": one },
    { path: undefined, text: undefined, warnings: [] },
  ],
  [
    "the only certificate file of the bindings is used in place",
    { "a/type": type, "a/provider": "acme", "a/x.pem": one },
    { path: "/bindings/a/x.pem", text: one, warnings: [] },
  ],
  [
    "several certificate files are joined without the private keys in them",
    { "a/type": type, "a/x.pem": `${key}${one}`, "b/type": "CA-Certificates", "b/y.crt": `${two}\n${key}` },
    { path: bundle, text: `${one}\n${two}\n`, warnings: [] },
  ],
  [
    "a certificate in DER format is converted to PEM",
    { "a/type": type, "a/x.der": binary },
    { path: bundle, text: new X509Certificate(binary).toString(), warnings: [] },
  ],
  [
    "a certificate in a mounted Kubernetes secret is found through symbolic links",
    { "a/..data/type": type, "a/..data/x.pem": one, "a/type": "-> ..data/type", "a/x.pem": "-> ..data/x.pem" },
    { path: "/bindings/a/x.pem", text: one, warnings: [] },
  ],
  [
    "a certificate in the older layout of bindings is found",
    { "a/metadata/kind": type, "a/secret/x.pem": one },
    { path: "/bindings/a/secret/x.pem", text: one, warnings: [] },
  ],
  [
    "a certificate after 30000 unfinished certificates is found",
    { "a/type": type, "a/x.pem": `${"-----BEGIN CERTIFICATE-----\n".repeat(30_000)}${one}` },
    {
      path: "/bindings/a/x.pem",
      text: `${"-----BEGIN CERTIFICATE-----\n".repeat(30_000)}${one}`,
      warnings: [],
    },
  ],
  [
    "files of a binding that are not certificates are skipped with a warning",
    { "a/type": type, "a/README": "hello", "a/gone": "-> nowhere", "a/x.pem": one },
    {
      path: "/bindings/a/x.pem",
      text: one,
      warnings: ["/bindings/a/README is ignored: it is not a certificate", "/bindings/a/gone is ignored: ENOENT"],
    },
  ],
])("in the launch helper that passes certificates of bindings to Node.js, %s", ([, files, expected]) => {
  expect(found(files)).toEqual(expected);
});

test("without a writable directory, only one certificate file is used", () => {
  expect(found({ "a/type": type, "a/x.pem": one, "a/y.pem": two }, "absent")).toEqual({
    path: "/bindings/a/x.pem",
    text: one,
    warnings: ["no directory is writable to join the certificates of bindings: Node.js uses only /bindings/a/x.pem"],
  });
});
