// @needs processes
import "libcnb/testing/vitest";
import { resolve } from "node:path";
import { build, buildFailure, detect, rebuild } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import caCertificates from "./buildpack.ts";
import { der, hashByOpenssl, testCertificate } from "./test-certificates.ts";

const buildpack = resolve(import.meta.dirname, "..");
const [root, other] = [testCertificate(), testCertificate({ subject: "/CN=Other" })];
const bindings = { company: { type: "ca-certificates", "root.pem": root } };
type Texts = Readonly<Record<string, string>>;

describe("detect", () => {
  test.for<[string, Texts, typeof bindings | undefined]>([
    ["a binding of type ca-certificates", {}, bindings],
    ["a binding if the launch helper is disabled", { BP_RUNTIME_CERT_BINDING_DISABLED: "true" }, bindings],
    ["BP_RUNTIME_CERT_BINDING_DISABLED=false and no binding", { BP_RUNTIME_CERT_BINDING_DISABLED: "false" }, undefined],
    [
      "the older setting BP_ENABLE_RUNTIME_CERT_BINDING=true and no binding",
      { BP_ENABLE_RUNTIME_CERT_BINDING: "true" },
      undefined,
    ],
  ])("passes with %s", async ([, env, bound]) => {
    const outcome = await detect(caCertificates, { buildpack, env, ...(bound && { bindings: bound }) });
    expect(outcome).toPass();
    expect(outcome).toProvide("ca-certificates");
  });

  test.for<[Texts]>([
    [{}],
    [{ BP_RUNTIME_CERT_BINDING_DISABLED: "true" }],
    [{ BP_ENABLE_RUNTIME_CERT_BINDING: "false" }],
  ])("fails without bindings, with the environment variables %j", async ([env]) => {
    const reason =
      "there is no binding of the type ca-certificates; to use only bindings of the container, set BP_RUNTIME_CERT_BINDING_DISABLED=false";
    expect(await detect(caCertificates, { buildpack, env })).toFail(reason);
  });
});

const trusted = "<layers>/certificates/trusted.pem";

test("later buildpacks trust the bound certificates", async () => {
  const outcome = await build(caCertificates, { buildpack, bindings });
  const { types, env, files } = outcome.parsed.layers["certificates"] ?? {};
  expect([types, env?.build]).toEqual([
    { build: true, cache: false, launch: false },
    {
      SSL_CERT_FILE: { override: trusted },
      NODE_EXTRA_CA_CERTS: { override: trusted },
      SSL_CERT_DIR: { append: "<layers>/certificates/certificates", delim: ":" },
      CURL_CA_BUNDLE: { default: trusted },
      GIT_SSL_CAINFO: { default: trusted },
      REQUESTS_CA_BUNDLE: { default: trusted },
      PIP_CERT: { default: trusted },
      CARGO_HTTP_CAINFO: { default: trusted },
    },
  ]);
  expect(Object.keys(files ?? {}).sort()).toEqual([
    "bundle.pem",
    "certificates/1.pem",
    `certificates/${hashByOpenssl(root)}.0`,
    "trusted.pem",
  ]);
  expect(String(files?.["trusted.pem"])).toContain(root.trim());
  expect(String(files?.["trusted.pem"]).length).toBeGreaterThan(2 * root.length); // those of the system
});

test("each certificate has its own hash link, even if two have the same subject, and a duplicate certificate has none", async () => {
  const renewed = testCertificate();
  const all = { type: "ca-certificates", "a.pem": `${root}${renewed}`, "b.pem": root, "c.pem": other };
  const { parsed } = await build(caCertificates, { buildpack, bindings: { all } });
  const links = Object.keys(parsed.layers["certificates"]?.files ?? {}).filter((path) => /\.\d$/.test(path));
  const hash = hashByOpenssl(root);
  expect(links.sort()).toEqual(
    [`${hash}.0`, `${hash}.1`, `${hashByOpenssl(other)}.0`].map((name) => `certificates/${name}`).sort(),
  );
});

test("private keys next to certificates are not copied", async () => {
  const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
  const both = { type: "ca-certificates", "all.pem": `${key}${root}` };
  const env = { BP_EMBED_CERTS: "true" };
  const { layers } = await build(caCertificates, { buildpack, env, bindings: { both } });
  expect(JSON.stringify(layers)).not.toContain("c2VjcmV0");
});

describe("the image has", () => {
  test.for<[string, Texts, boolean, readonly string[]]>([
    ["the launch helper if the build has a binding", {}, true, ["helper"]],
    [
      "the launch helper even without a binding if BP_RUNTIME_CERT_BINDING_DISABLED is false",
      { BP_RUNTIME_CERT_BINDING_DISABLED: "false" },
      false,
      ["helper"],
    ],
    [
      "no launch helper if BP_RUNTIME_CERT_BINDING_DISABLED is true",
      { BP_RUNTIME_CERT_BINDING_DISABLED: "true" },
      true,
      [],
    ],
    [
      "no launch helper if BP_ENABLE_RUNTIME_CERT_BINDING is false",
      { BP_ENABLE_RUNTIME_CERT_BINDING: "false" },
      true,
      [],
    ],
    [
      "embedded certificates and the launch helper if BP_EMBED_CERTS is true",
      { BP_EMBED_CERTS: "true" },
      true,
      ["embedded", "helper"],
    ],
    [
      "embedded certificates alone if the launch helper is disabled",
      { BP_EMBED_CERTS: "true", BP_RUNTIME_CERT_BINDING_DISABLED: "true" },
      true,
      ["embedded"],
    ],
  ])("%s", async ([, env, isBound, expected]) => {
    const { parsed } = await build(caCertificates, { buildpack, env, ...(isBound && { bindings }) });
    const launch = Object.entries(parsed.layers).filter(([, { types }]) => types.launch);
    expect(launch.map(([name]) => name).sort()).toEqual(expected);
    for (const [name, { execD }] of launch) expect(execD).toEqual(name === "helper" ? ["00-ca-certificates"] : []);
  });

  test("embedded certificates in a launch layer that sets environment variables", async () => {
    const outcome = await build(caCertificates, { buildpack, env: { BP_EMBED_CERTS: "true" }, bindings });
    expect(outcome).toHaveLayer("embedded", { types: ["launch"] });
    const { files, env } = outcome.parsed.layers["embedded"] ?? {};
    expect(Object.keys(files ?? {}).sort()).toEqual([
      "bundle.pem",
      "certificates/1.pem",
      `certificates/${hashByOpenssl(root)}.0`,
    ]);
    expect(env?.launch).toEqual({
      SSL_CERT_DIR: { append: "<layers>/embedded/certificates", delim: ":" },
      SSL_CERT_FILE: { default: "/etc/ssl/certs/ca-certificates.crt" },
      NODE_EXTRA_CA_CERTS: { default: "<layers>/embedded/bundle.pem" },
    });
  });
});

test("the image's layers change if a certificate changes, and are identical otherwise", async () => {
  const env = { BP_EMBED_CERTS: "true" };
  const first = await build(caCertificates, { buildpack, env, bindings });
  const same = { company: { type: "ca-certificates", "renamed.der": der(root) } };
  const again = await rebuild(caCertificates, first, { bindings: same });
  expect(again.parsed.layers["embedded"]?.files).toBeUndefined();
  const changed = await rebuild(caCertificates, first, { bindings: { company: { ...same.company, "x.pem": other } } });
  expect(Object.keys(changed.parsed.layers["embedded"]?.files ?? {})).toContain("certificates/2.pem");
});

test("the log shows the number of certificates for the build, the image and containers", async () => {
  const env = { BP_EMBED_CERTS: "true" };
  const { log } = await build(caCertificates, { buildpack, env, bindings });
  expect(log.slice(-3)).toEqual([
    "The build trusts 1 CA certificate from bindings",
    "The image trusts 1 CA certificate from bindings",
    "Containers trust the CA certificates in their bindings",
  ]);
  const asked = { BP_EMBED_CERTS: "true", BP_RUNTIME_CERT_BINDING_DISABLED: "false" };
  const without = await build(caCertificates, { buildpack, env: asked });
  expect(without).toHaveLogged("BP_EMBED_CERTS is set, but there is no binding of the type ca-certificates");
});

test("an error lists all files of a binding that are not certificates", async () => {
  const given = {
    type: "ca-certificates",
    "a.txt": "hello",
    "b.pem": root.slice(0, 200),
    "d.pem": root,
    "c.pem": root.replace(/MII.{20}/, "MIIAAAAAAAAAAAAAAAAAAAA"),
  };
  const { error } = await buildFailure(caCertificates, { buildpack, bindings: { given } });
  expect(error).toMatchObject({
    code: "CA_CERTIFICATE_INVALID",
    message:
      "a.txt of the binding given contains no certificate; b.pem of the binding given has a certificate without an END line, or with characters that are not Base64; c.pem of the binding given contains a damaged certificate",
  });
});
