// @needs openssl
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type { FileMap } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installedJdk } from "../../../../test/support/java/archives.ts";
import { certificatesOfJks, writeJks } from "../trust/jks.ts";
import { binary, companyCertificate, roots, running } from "../trust/test-certificates.ts";
import { certificatesIn, truststoreOf } from "../trust/truststores.ts";
import { ended, type HelperLayer, helperLayer } from "./test-program.ts";

let java: string;
let layer: HelperLayer;
let company: string;
let own: readonly Buffer[];
beforeAll(async () => {
  java = await installedJdk("17");
  layer = await helperLayer({ runtime: java, feature: 17 });
  own = await certificatesIn(await truststoreOf(java));
  company = await companyCertificate(join(layer.dir, "key.pem"));
}, 120_000);
afterAll(() => layer?.[Symbol.asyncDispose]());

type Env = Readonly<Record<string, string>>;

/** The truststore that a container makes, if any, and what is printed. */
async function trusted(files: FileMap, env: Env = {}, isReadOnly = false) {
  const { options = "", printed, root } = await layer.start({ files, env, isReadOnly });
  const [, file] =
    /"-Djavax\.net\.ssl\.trustStore=([^"]+)" -Djavax\.net\.ssl\.trustStorePassword=changeit/.exec(options) ?? [];
  const bytes = file === undefined ? undefined : await readFile(file.replace("CONTAINER", root));
  return { bytes, printed };
}

const binding = (files: FileMap, dir = "platform/bindings/company") =>
  Object.fromEntries(
    Object.entries({ type: "ca-certificates\n", ...files }).map(([name, contents]) => [`${dir}/${name}`, contents]),
  );
const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

test.for<[string, (company: string) => readonly [FileMap, Env?]]>([
  ["a binding", (text) => [binding({ provider: "x", "ca.pem": `${key}# ours\n${text}${key}` })]],
  [
    "a binding in another SERVICE_BINDING_ROOT",
    (text) => [binding({ "ca.pem": text }, "elsewhere/x"), { SERVICE_BINDING_ROOT: "CONTAINER/elsewhere" }],
  ],
  [
    "a binding in the deprecated layout",
    (text) => [{ "platform/bindings/x/metadata/kind": "CA-Certificates", "platform/bindings/x/secret/ca.crt": text }],
  ],
  ["a binding with a certificate in DER format", (text) => [binding({ "ca.der": binary(text) })]],
  ["a PEM file with Windows line ends", (text) => [binding({ "ca.pem": text.replaceAll("\n", "\r\n") })]],
  [
    "a PEM file without line breaks",
    (text) => [binding({ "ca.pem": text.replaceAll(/(?<=[\w+/=])\n(?=[\w+/=])/g, "") })],
  ],
  ["several files with the same certificate", (text) => [binding({ "a.pem": text, "b.pem": `${text}${text}` })]],
  ["the same certificate in PEM and DER format", (text) => [binding({ "a.pem": text, "b.der": binary(text) })]],
  ["SSL_CERT_FILE", (text) => [{ "my.pem": text }, { SSL_CERT_FILE: "CONTAINER/my.pem" }]],
  [
    "SSL_CERT_DIR",
    (text) => [{ "certs/0a1b2c3d.0": text, "certs/readme": "no" }, { SSL_CERT_DIR: "/none:CONTAINER/certs" }],
  ],
])("Java trusts a CA certificate from %s in addition to its own CA certificates", async ([, container]) => {
  const { bytes, printed } = await trusted(...container(company));
  expect(printed).toEqual([]);
  expect(certificatesOfJks(bytes ?? Buffer.alloc(0))).toEqual([...own, binary(company)]);
});

test.for<[string, (company: string) => readonly [FileMap, Env?], ...(readonly string[])]>([
  ["no binding", () => [{}]],
  [
    "a binding of another type",
    (text) => [{ ...binding({ "ca.pem": text }), "platform/bindings/company/type": "npmrc" }],
  ],
  [
    "a truststore in the user's JVM options",
    (text) => [binding({ "ca.pem": text }), { JAVA_TOOL_OPTIONS: "-Djavax.net.ssl.trustStore=/x" }],
  ],
  [
    "a text file",
    () => [binding({ "ca.pem": "hello" })],
    "CONTAINER/platform/bindings/company/ca.pem is ignored: it contains no certificate",
  ],
  [
    "a private key without a certificate",
    () => [binding({ "ca.pem": key })],
    "CONTAINER/platform/bindings/company/ca.pem is ignored: it contains no certificate",
  ],
  [
    "a truncated certificate",
    (text) => [binding({ "ca.pem": text.replace(/[^\n]+\n-----END/, "-----END") })],
    "CONTAINER/platform/bindings/company/ca.pem contains a damaged certificate",
  ],
  [
    "a PEM block that is not a certificate",
    () => [binding({ "ca.pem": "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n" })],
    "CONTAINER/platform/bindings/company/ca.pem contains a damaged certificate",
  ],
  [
    "a binary file that is not a certificate",
    () => [binding({ "ca.der": Buffer.from([0x30, 0x82, 0, 4, 0, 1, 2, 3]) })],
    "CONTAINER/platform/bindings/company/ca.der is ignored: it contains no certificate",
  ],
  [
    "a file that is too large",
    () => [binding({ "ca.pem": "x".repeat(2 ** 20 + 1) })],
    "CONTAINER/platform/bindings/company/ca.pem is ignored: it contains no certificate",
  ],
])("the launch helper creates no truststore if the container has %s", async ([, container, ...printed]) => {
  expect(await trusted(...container(company))).toEqual({
    bytes: undefined,
    printed: printed.map((line) => `WARNING: ${line}`),
  });
});

test("many CA certificates are trusted together, without duplicates of Java's own", async () => {
  const { bytes } = await trusted(binding({ "all.pem": [company, ...rootCertificates].join("\n") }));
  const known = new Set(own.map((each) => each.toString("hex")));
  const others = roots.filter((each) => !known.has(each.toString("hex")));
  expect(certificatesOfJks(bytes ?? Buffer.alloc(0))).toEqual([...own, binary(company), ...others]);
});

test("the truststore's bytes equal those from the build, except for the names of added certificates", async () => {
  const { bytes = Buffer.alloc(0) } = await trusted(binding({ "ca.pem": company }));
  const same = writeJks([...own, binary(company)]);
  expect(bytes.subarray(0, 2000)).toEqual(same.subarray(0, 2000));
  expect(bytes.length).toBe(same.length + "bound-0".length - String(own.length).length);
});

test("the launch helper in a read-only image warns and creates no truststore", async () => {
  expect(await trusted(binding({ "ca.pem": company }), {}, true)).toEqual({
    bytes: undefined,
    printed: ["WARNING: No directory is writable: Java does not trust the CA certificates from bindings"],
  });
});

test("Java connects to a server whose certificate is signed by the CA in a binding, and refuses the connection without the binding", async () => {
  const server = createServer({ key: await readFile(join(layer.dir, "key.pem")), cert: company }, (_, response) =>
    response.end("hello"),
  );
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  const classes = join(layer.dir, "classes");
  await running(join(java, "bin/javac"), ["-d", classes, join(import.meta.dirname, "test-java/Fetch.java")]);
  const fetched = async (files: FileMap) => {
    const { options = "", root } = await layer.start({ files });
    const env = { PATH: process.env["PATH"], JAVA_TOOL_OPTIONS: options.replaceAll("CONTAINER", root) };
    return (await ended([join(java, "bin/java"), "-cp", classes, "Fetch", url], env)).stdout;
  };
  try {
    expect(await fetched(binding({ "ca.pem": company }))).toBe("hello\n");
    expect(await fetched({})).toBe("SSLHandshakeException\n");
  } finally {
    server.close();
  }
}, 60_000);
