import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";
import { sampleImages } from "../../support/registry/sample.ts";
import { type SecureRegistry, startTlsRegistry } from "../../support/registry/secure.ts";

let registry: SecureRegistry;
let samples: Awaited<ReturnType<typeof sampleImages>>;
/** A name for this machine that no rule about loopback addresses knows. */
let host = "";
let env: NodeJS.ProcessEnv = {};
beforeAll(async () => {
  [registry, samples] = await Promise.all([startTlsRegistry(), sampleImages()]);
  host = `0.0.0.0:${registry.host.split(":")[1]}`;
  const basic = `Basic ${Buffer.from("me:secret").toString("base64")}`;
  env = { ...process.env, CNB_REGISTRY_AUTH: JSON.stringify({ [host]: basic }) };
  const options = { env, insecure: [host] };
  await oci.write(await samples.image(1), parseImageReference(`${host}/app:1`), { registry: options });
});
afterAll(() => Promise.all([samples.remove(), registry.stop()]));

const inspect = (image: string, ...flags: string[]) => cnb(["inspect", image, "--output", "json", ...flags], { env });

test.for<[string, () => [string, ...string[]]]>([
  ["a CA certificate", () => [`${host}/app:1`, "--ca-cert", registry.certificates.ca]],
  ["--insecure-registry", () => [`${host}/app:1`, "--insecure-registry", host]],
  [
    "a mirror",
    () => ["registry.invalid/app:1", "--registry-mirror", `registry.invalid=${host}`, "--insecure-registry", host],
  ],
])("cnb inspect reads from a registry with %s set by flags", async ([, args]) => {
  const { exitCode, stdout, stderr } = await inspect(...args());
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toHaveProperty("image_name");
});

test("cnb inspect of a registry with an unknown CA names --ca-cert", async () => {
  const { exitCode, stderr } = await inspect(`${host}/app:1`);
  expect(exitCode).toBe(1);
  expect(stderr.split("\n")).toEqual([
    `ERROR: cannot pull ${host}/app:1: the registry ${host} cannot be reached`,
    expect.stringMatching(
      /^ {2}caused by: (unable to verify the first certificate|invalid peer certificate: UnknownIssuer)/,
    ),
    "HINT: Pass the file of the registry's CA certificate with --ca-cert (cnb build: --registry-ca-cert), SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
    "CODE: REGISTRY_UNREACHABLE",
    "",
  ]);
});

test("cnb inspect refuses a --registry-mirror without HOST=MIRROR", async () => {
  const { exitCode, stderr } = await inspect(`${host}/app:1`, "--registry-mirror", "mirror.example");
  expect(exitCode).toBe(3);
  expect(stderr).toContain("Use HOST=MIRROR.");
});
