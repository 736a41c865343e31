// @needs processes
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, readlink, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { der, hashByOpenssl, subjects, testCertificate } from "../test-certificates.ts";
import { variablesIn } from "./variables.ts";

const [first, second] = [testCertificate(), testCertificate({ subject: "/CN=Second" })];
const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
const [system = "", own = ""] = rootCertificates;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "launch-"));
});
afterAll(() => rm(dir, { recursive: true }));

type Texts = Readonly<Record<string, string>>;

/** A container: its files, and its variables, in which `<root>` is where they are. */
async function container(files: FileMap, variables: Texts = {}) {
  const root = await mkdtemp(join(dir, "root-"));
  await writeFiles(root, { "tmp/": "", "etc/ssl/certs/ca-certificates.crt": `${system}\n`, ...files });
  const at = (text: string) => text.replaceAll("<root>", root);
  const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, at(value)]));
  const warnings: string[] = [];
  const reported = await variablesIn({
    env: { TMPDIR: join(root, "tmp"), ...env },
    layer: join(root, "layers/helper"),
    warn: (text) => void warnings.push(`WARNING: ${text}\n`),
    root,
  });
  const shown = (text: string) => text.replaceAll(root, "<root>").replaceAll(/ca-certificates-\w{6}/g, "<made>");
  return { root, warnings: shown(warnings.join("")), reported, shown };
}

const bound = (files: FileMap, name = "company", root = "platform/bindings"): FileMap => ({
  [`${root}/${name}/type`]: "ca-certificates\n",
  ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`${root}/${name}/${path}`, content])),
});

const bodies = (text: string): readonly string[] =>
  Array.from(text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g), ([, body = ""]) =>
    body.replaceAll(/\s/g, ""),
  );

test("the container's environment variables name the CA certificates", async () => {
  const { reported, shown, warnings } = await container(bound({ "root.pem": first }));
  const values = Object.fromEntries(Object.entries(reported).map(([name, value]) => [name, shown(value ?? "")]));
  const file = "<root>/tmp/<made>/ca-certificates.crt";
  expect({ values, warnings }).toEqual({
    values: {
      SSL_CERT_FILE: file,
      SSL_CERT_DIR: "/etc/ssl/certs:<root>/tmp/<made>/certs",
      NODE_EXTRA_CA_CERTS: "<root>/tmp/<made>/extra.pem",
      REQUESTS_CA_BUNDLE: file,
      CURL_CA_BUNDLE: file,
      GIT_SSL_CAINFO: file,
    },
    warnings: "",
  });
  const { mode } = await stat(dirname(reported["SSL_CERT_FILE"] ?? ""));
  expect((mode & 0o777).toString(8)).toBe("755"); // servers may give up their rights
  expect(bodies(await readFile(reported["SSL_CERT_FILE"] ?? "", "utf8"))).toEqual([system, first].flatMap(bodies));
  expect(bodies(await readFile(reported["NODE_EXTRA_CA_CERTS"] ?? "", "utf8"))).toEqual(bodies(first));
});

test("openssl finds each certificate by its hash in the directory of SSL_CERT_DIR", async () => {
  const all = { ...subjects, again: subjects["plain letters"] ?? { subject: "/" } };
  const files = Object.entries(all).map(([name, subject]) => [`${name}.pem`, testCertificate(subject)]);
  const { reported } = await container(bound(Object.fromEntries(files)));
  const folder = reported["SSL_CERT_DIR"]?.split(":").at(-1) ?? "";
  const ours = await linksIn(folder);
  for (const [, pem = ""] of files) expect(bodies(pem)).toEqual(ours.get(await nameOf(pem, ours)));
  // what `openssl rehash` makes of the directory itself
  const copy = `${folder}-by-openssl`;
  await cp(folder, copy, { recursive: true, filter: (path) => !/\.\d+$/.test(path) });
  execFileSync("openssl", ["rehash", copy]);
  expect([...(await linksIn(copy)).keys()].sort()).toEqual([...ours.keys()].sort());
});

/** Certificates by the names of links to them. */
async function linksIn(folder: string) {
  const links = (await readdir(folder)).filter((name) => /\.\d+$/.test(name));
  const read = async (link: string) => bodies(await readFile(join(folder, await readlink(join(folder, link))), "utf8"));
  return new Map(await Promise.all(links.map(async (link) => [link, await read(link)] as const)));
}

const nameOf = async (pem: string, links: ReadonlyMap<string, readonly string[]>) => {
  const names = [0, 1].map((number) => `${hashByOpenssl(pem)}.${number}`);
  return names.find((name) => links.get(name)?.[0] === bodies(pem)[0]) ?? "none";
};

describe("the launch helper reads certificates from", () => {
  test.for<[string, FileMap, Texts, readonly string[]]>([
    [
      "SERVICE_BINDING_ROOT",
      bound({ a: first }, "x", "services"),
      { SERVICE_BINDING_ROOT: "<root>/services" },
      [first],
    ],
    ["several bindings", { ...bound({ a: first }), ...bound({ a: second }, "other") }, {}, [first, second]],
    ["a file with several certificates", bound({ "all.pem": `${first}${second}` }), {}, [first, second]],
    ["a file in DER form", bound({ "a.der": der(first) }), {}, [first]],
    ["a file with CRLF line ends and surrounding blanks", bound({ a: first.replaceAll("\n", " \r\n  ") }), {}, [first]],
    ["a file without a final line end", bound({ a: first.trim() }), {}, [first]],
    [
      "a file with text around the certificates",
      bound({ a: `Issuer: x\n${first}more\n${second}` }),
      {},
      [first, second],
    ],
    ["a file with a private key, which is left out", bound({ "a.pem": `${key}${first}${key}` }), {}, [first]],
    ["two files with the same certificate, once", bound({ a: first, b: first }), {}, [first]],
    [
      "a binding whose type is in other case",
      { ...bound({ a: first }), "platform/bindings/company/type": " CA-Certificates" },
      {},
      [first],
    ],
    [
      "a binding in the layout of a Kubernetes secret",
      bound({ "..2026/a": first, "..data": "-> ..2026", a: "-> ..data/a", provider: "x" }),
      {},
      [first],
    ],
    [
      "a binding in the older layout with metadata and secret",
      { "platform/bindings/x/metadata/kind": "ca-certificates", "platform/bindings/x/secret/a": first },
      {},
      [first],
    ],
    ["the certificates embedded in the image", { "layers/embedded/certificates/1.pem": second }, {}, [second]],
    [
      "the embedded certificates and a binding",
      { ...bound({ a: first }), "layers/embedded/certificates/1.pem": second },
      {},
      [first, second],
    ],
  ])("%s", async ([, files, env, expected]) => {
    const { reported, warnings } = await container(files, env);
    expect(warnings).toBe("");
    const text = await readFile(reported["NODE_EXTRA_CA_CERTS"] ?? "", "utf8");
    expect(bodies(text)).toEqual(expected.flatMap(bodies));
    expect(text).not.toContain("PRIVATE");
  });
});

describe("the launch helper of ca-certificates", () => {
  test.for<[string, string, readonly string[]]>([
    ["adds certificates to those of the user's SSL_CERT_FILE", "SSL_CERT_FILE", [own, first]],
    ["adds certificates to those of the user's NODE_EXTRA_CA_CERTS", "NODE_EXTRA_CA_CERTS", [own, first]],
  ])("%s", async ([, name, expected]) => {
    const { reported } = await container({ ...bound({ a: first }), "own.pem": own }, { [name]: "<root>/own.pem" });
    expect(bodies(await readFile(reported[name] ?? "", "utf8"))).toEqual(expected.flatMap(bodies));
  });

  test("extends the user's SSL_CERT_DIR, and leaves REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE unchanged", async () => {
    const env = { SSL_CERT_DIR: "/a:/b", REQUESTS_CA_BUNDLE: "/r", CURL_CA_BUNDLE: "/c" };
    const { reported } = await container(bound({ a: first }), env);
    expect(reported["SSL_CERT_DIR"]).toMatch(/^\/a:\/b:.+\/certs$/);
    expect(Object.keys(reported).sort()).toEqual([
      "GIT_SSL_CAINFO",
      "NODE_EXTRA_CA_CERTS",
      "SSL_CERT_DIR",
      "SSL_CERT_FILE",
    ]);
  });
});

test("the launch helper does not set REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE and GIT_SSL_CAINFO without CA certificates of the system", async () => {
  const { reported } = await container({ ...bound({ a: first }), "etc/ssl/certs/ca-certificates.crt": "-> gone" });
  expect(Object.keys(reported).sort()).toEqual(["NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR", "SSL_CERT_FILE"]);
});

describe("the launch helper sets no environment variables", () => {
  test.for<[string, FileMap, string]>([
    ["without bindings", {}, ""],
    ["for bindings of another type", { "platform/bindings/x/type": "postgresql", "platform/bindings/x/a": first }, ""],
    ["for a binding without files", bound({}), ""],
    [
      "for a file without a certificate",
      bound({ a: "hello" }),
      "WARNING: <root>/platform/bindings/company/a is ignored: it contains no certificate\n",
    ],
    [
      "for a damaged certificate",
      bound({ a: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }),
      "WARNING: <root>/platform/bindings/company/a contains a damaged certificate\n",
    ],
    [
      "for a certificate that contains shell commands",
      bound({ a: "-----BEGIN CERTIFICATE-----\n$(touch /tmp/x)`id`\n-----END CERTIFICATE-----\n" }),
      "WARNING: <root>/platform/bindings/company/a contains a damaged certificate\n",
    ],
    [
      "for a truncated DER file",
      bound({ a: der(first).subarray(0, 150) }),
      "WARNING: <root>/platform/bindings/company/a contains a damaged certificate\n",
    ],
    [
      "for a file that is too large",
      bound({ a: first.repeat(2000) }),
      "WARNING: <root>/platform/bindings/company/a is ignored: it is too large\n",
    ],
  ])("%s", async ([, files, warnings]) => {
    const outcome = await container(files);
    expect([outcome.reported, outcome.warnings]).toEqual([{}, warnings]);
  });
});

describe("the launch helper without a writable temporary directory", () => {
  const env = { TMPDIR: "<root>/gone" };

  test("writes the certificates to /dev/shm", async () => {
    const { reported, shown } = await container({ ...bound({ a: first }), "dev/shm/": "" }, env);
    expect(shown(reported["NODE_EXTRA_CA_CERTS"] ?? "")).toBe("<root>/dev/shm/<made>/extra.pem");
  });

  test("starts the app without the certificates and warns if /dev/shm cannot be used either", async () => {
    const { reported, warnings } = await container(bound({ a: first }), env);
    const warning = "WARNING: no directory is writable: the certificates from bindings are not used\n";
    expect([reported, warnings]).toEqual([{}, warning]);
  });
});

test("the certificate bundle contains all certificates, and the directory of SSL_CERT_DIR at most 50", {
  timeout: 60_000,
}, async () => {
  const all = rootCertificates.slice(0, 60);
  const { reported } = await container(bound({ "all.pem": all.join("\n") }));
  expect(bodies(await readFile(reported["NODE_EXTRA_CA_CERTS"] ?? "", "utf8")).toSorted()).toEqual(
    all.flatMap(bodies).toSorted(),
  );
  expect((await linksIn(reported["SSL_CERT_DIR"]?.split(":").at(-1) ?? "")).size).toBe(50);
});
