// @needs openssl
import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { lazyBindings } from "../../binding/bindings.ts";
import type { BindingSource } from "../../binding/source.ts";
import { trustOf } from "../../runtime/inputs/trust.ts";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { certificateAuthorities, namedAuthorities, systemAuthorities } from "./certificates.ts";
import { certificatesIn } from "./pem.ts";

/** Three authorities, PEM. */
const pem: Record<"a" | "b" | "c", string> = { a: "", b: "", c: "" };
let der: Uint8Array;
const privateKey = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n";

beforeAll(() =>
  inTemporaryDirectory(async (dir) => {
    const key = join(dir, "key.pem");
    for (const name of ["a", "b", "c"] as const) {
      const out = join(dir, name);
      const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
      execFileSync("openssl", [...request, "-subj", `/CN=${name}`, "-keyout", key, "-out", out], { stdio: "ignore" });
      pem[name] = (await readFile(out, "utf8")).trim();
    }
    der = execFileSync("openssl", ["x509", "-in", join(dir, "a"), "-outform", "DER"]);
  }),
);

const bytes = (text: string) => new TextEncoder().encode(text);
function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("there was no error");
}

const crlf = (text: string) => text.replaceAll("\n", "\r\n");

describe("certificates in a file", () => {
  test.for<[string, () => Uint8Array, () => readonly string[]]>([
    ["one PEM certificate", () => bytes(pem.a), () => [pem.a]],
    ["several PEM certificates with comments", () => bytes(`# A\n${pem.a}\n\n# B\n${pem.b}\n`), () => [pem.a, pem.b]],
    ["a PEM certificate with CRLF line breaks", () => bytes(crlf(pem.a)), () => [pem.a]],
    [
      "a PEM certificate, while a private key in the same file is omitted",
      () => bytes(`${privateKey}${pem.a}\n`),
      () => [pem.a],
    ],
    ["a DER certificate", () => der, () => [pem.a]],
  ])("are read from %s", ([, file, expected]) => {
    expect(certificatesIn(file(), "a.pem")).toEqual(expected());
  });

  test.for<[string, () => Uint8Array, string]>([
    ["nothing", () => bytes(""), "it contains no certificate"],
    ["only a private key", () => bytes(privateKey), "it contains no certificate"],
    [
      "a truncated PEM certificate",
      () => bytes(`${pem.a}\n${pem.b.slice(0, 200)}`),
      "a certificate has no END line, or has characters that are not Base64",
    ],
    [
      "text within a PEM certificate",
      () => bytes(pem.a.replace("\n", "\n<html>")),
      "a certificate has no END line, or has characters that are not Base64",
    ],
    [
      "base64 of other data",
      () => bytes("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----"),
      "a certificate is damaged",
    ],
    ["a truncated DER certificate", () => Uint8Array.of(0x30, 0x82, 1), "a certificate is damaged"],
    [
      "many unterminated PEM certificates",
      () => bytes("-----BEGIN CERTIFICATE-----A".repeat(100_000)),
      "a certificate has no END line, or has characters that are not Base64",
    ],
  ])("are refused if the file contains %s", ([, file, cause]) => {
    expect(() => certificatesIn(file(), "a.pem")).toThrow(
      expect.objectContaining({
        code: "CERTIFICATE_INVALID",
        message: "cannot use the CA certificates in a.pem",
        cause,
      }),
    );
  });
});

describe("the CA certificates of a process", () => {
  test("are read from files and directories named by environment variables, in addition to those of Node.js and the system", async () => {
    await inTemporaryDirectory(async (dir) => {
      await mkdir(join(dir, "certs"));
      await writeFile(join(dir, "file.pem"), pem.a);
      await writeFile(join(dir, "certs/b.crt"), pem.b);
      await symlink("b.crt", join(dir, "certs/0a1b2c3d.0"));
      await writeFile(join(dir, "certs/README"), "not a certificate");
      await writeFile(join(dir, "extra.pem"), pem.c);
      const env = {
        SSL_CERT_FILE: join(dir, "file.pem"),
        SSL_CERT_DIR: `${join(dir, "certs")}:`,
        NODE_EXTRA_CA_CERTS: join(dir, "extra.pem"),
      };
      expect(namedAuthorities(env)).toEqual([pem.a, pem.b, pem.b, pem.c]);
      const all = certificateAuthorities(env) ?? [];
      expect(all.slice(0, rootCertificates.length)).toEqual(rootCertificates);
      expect(all).toEqual(expect.arrayContaining([pem.a, pem.b, pem.c]));
    });
  });

  test("include the first existing bundle of the system without its malformed certificates", async () => {
    await inTemporaryDirectory(async (dir) => {
      const bundle = join(dir, "bundle.crt");
      await writeFile(bundle, `${pem.a}\n-----BEGIN CERTIFICATE-----\n<>\n-----END CERTIFICATE-----\n${pem.b}\n`);
      expect(systemAuthorities([join(dir, "none"), dir, bundle])).toEqual([pem.a, pem.b]);
      expect(systemAuthorities([join(dir, "none")])).toEqual([]);
    });
  });

  test.for<[string, (dir: string) => Promise<unknown>, string]>([
    ["does not exist", async () => {}, "ENOENT: no such file or directory, stat '<file>'"],
    ["is a directory", (file) => mkdir(file), "it is not a file"],
    [
      "is a symbolic link to itself",
      (file) => symlink(file, file),
      "ELOOP: too many symbolic links encountered, stat '<file>'",
    ],
    [
      "is too large",
      async (file) => {
        await writeFile(file, "");
        await truncate(file, 17 * 1024 * 1024);
      },
      "it has more than 16777216 bytes",
    ],
  ])("are refused if a file named by an environment variable %s", async ([, make, cause]) => {
    await inTemporaryDirectory(async (dir) => {
      const file = join(dir, "ca.pem");
      await make(file);
      const error = errorOf(() => certificateAuthorities({ SSL_CERT_FILE: file }));
      expect(error).toMatchObject({
        code: "CERTIFICATE_INVALID",
        message: `cannot read the CA certificates in ${file} (from SSL_CERT_FILE)`,
      });
      const shown = error.cause instanceof Error ? error.cause.message : String(error.cause);
      expect(shown.replace(file, "<file>")).toBe(cause);
    });
  });
});

describe("CA certificates from bindings", () => {
  const binding = (type: string, entries: Readonly<Record<string, string>>): BindingSource => ({
    name: "company",
    origin: "/platform/bindings/company",
    entries: new Map(Object.entries({ type, ...entries }).map(([key, text]) => [key, bytes(text)])),
  });
  const trusting = (sources: readonly BindingSource[], env: Record<string, string> = {}) =>
    trustOf({ bindings: lazyBindings(async () => sources), env, platform: { dir: "/platform", env: {} } });

  test("are passed to tools in a temporary bundle that environment variables name", async () => {
    await inTemporaryDirectory(async (dir) => {
      await writeFile(join(dir, "own.pem"), `${pem.a}\n${privateKey}`);
      const env = { PATH: "/bin", SSL_CERT_FILE: join(dir, "own.pem"), CURL_CA_BUNDLE: "/own.crt" };
      const trust = trusting([binding("CA-certificates", { "b.pem": pem.b, "ab.pem": `${pem.a}\n${pem.b}` })], env);
      const given = await trust.envWith(env);
      const file = given.SSL_CERT_FILE ?? "";
      expect(given).toEqual({
        PATH: "/bin",
        SSL_CERT_FILE: file,
        NODE_EXTRA_CA_CERTS: file,
        CURL_CA_BUNDLE: "/own.crt",
        GIT_SSL_CAINFO: file,
        REQUESTS_CA_BUNDLE: file,
        PIP_CERT: file,
        CARGO_HTTP_CAINFO: file,
      });
      expect(await readFile(file, "utf8")).toBe(`${pem.a}\n${pem.b}\n`);
      expect(await trust.envWith({})).toMatchObject({ SSL_CERT_FILE: file });
      await trust.end();
      await expect(stat(dirname(file))).rejects.toMatchObject({ code: "ENOENT" });
    });
  });

  test("are passed to tools together with those of the system or Node.js", async () => {
    const trust = trusting([binding("ca-certificates", { "b.pem": pem.b })]);
    const { SSL_CERT_FILE: file = "" } = await trust.envWith<Record<string, string>>({});
    const certificates = certificatesIn(await readFile(file), file);
    await trust.end();
    expect(certificates.at(-1)).toBe(pem.b);
    expect(certificates.length).toBeGreaterThan(50);
  });

  test("leave the environment of tools unchanged if no binding has any", async () => {
    const trust = trusting([binding("npmrc", { ".npmrc": "secret" })]);
    const env = { PATH: "/bin" };
    expect(await trust.envWith(env)).toBe(env);
    await trust.end();
  });

  test("are refused if one of them is malformed", async () => {
    const trust = trusting([binding("ca-certificates", { "a.pem": pem.a, "b.pem": "hunter2" })]);
    await expect(trust.envWith({})).rejects.toMatchObject({
      code: "CERTIFICATE_INVALID",
      message: `cannot use the CA certificates in "b.pem" of the binding company`,
      cause: "it contains no certificate",
    });
    await trust.end();
  });
});
