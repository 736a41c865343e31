import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";

const { certificateFile } = createRequire(import.meta.url)("./certificates.cjs") as {
  readonly certificateFile: (
    dir: string,
    warn: (text: string) => void,
    temporaryDirs?: readonly string[],
  ) => string | undefined;
};

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
  ["no bindings", {}, { path: undefined, text: undefined, warnings: [] }],
  ["of another type", { "a/type": "npmrc", "a/x.pem": one }, { path: undefined, text: undefined, warnings: [] }],
  [
    "one file, where it is",
    { "a/type": type, "a/provider": "acme", "a/x.pem": one },
    { path: "/bindings/a/x.pem", text: one, warnings: [] },
  ],
  [
    "several, without the keys between them",
    { "a/type": type, "a/x.pem": `${key}${one}`, "b/type": "CA-Certificates", "b/y.crt": `${two}\n${key}` },
    { path: bundle, text: `${one}\n${two}\n`, warnings: [] },
  ],
  [
    "the binary form",
    { "a/type": type, "a/x.der": binary },
    { path: bundle, text: new X509Certificate(binary).toString(), warnings: [] },
  ],
  [
    "as Kubernetes mounts secrets",
    { "a/..data/type": type, "a/..data/x.pem": one, "a/type": "-> ..data/type", "a/x.pem": "-> ..data/x.pem" },
    { path: "/bindings/a/x.pem", text: one, warnings: [] },
  ],
  [
    "in the older layout",
    { "a/metadata/kind": type, "a/secret/x.pem": one },
    { path: "/bindings/a/secret/x.pem", text: one, warnings: [] },
  ],
  [
    "what only begins, however often",
    { "a/type": type, "a/x.pem": `${"-----BEGIN CERTIFICATE-----\n".repeat(30_000)}${one}` },
    {
      path: "/bindings/a/x.pem",
      text: `${"-----BEGIN CERTIFICATE-----\n".repeat(30_000)}${one}`,
      warnings: [],
    },
  ],
  [
    "what is none beside one",
    { "a/type": type, "a/README": "hello", "a/gone": "-> nowhere", "a/x.pem": one },
    {
      path: "/bindings/a/x.pem",
      text: one,
      warnings: ["/bindings/a/README is not used: it is not a certificate", "/bindings/a/gone is not used: ENOENT"],
    },
  ],
])("Node.js in a container uses CA certificates: %s", ([, files, expected]) => {
  expect(found(files)).toEqual(expected);
});

test("without a writable directory, only one certificate file is used", () => {
  expect(found({ "a/type": type, "a/x.pem": one, "a/y.pem": two }, "absent")).toEqual({
    path: "/bindings/a/x.pem",
    text: one,
    warnings: ["nothing can be written to join the certificates of bindings: only /bindings/a/x.pem is used"],
  });
});
