import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { defineBuildpack } from "./buildpack.ts";
import { pass } from "./detect.ts";
import { inTemporaryDirectory } from "./host/files/temporary-directory.ts";
import { build } from "./testing/index.ts";
import { trustedCertificates } from "./trusted-certificates.ts";

const [one = "", two = "", three = ""] = rootCertificates;

/** The part that identifies a certificate, independent of line breaks. */
const fingerprint = (certificate: string) => new X509Certificate(certificate).fingerprint256;
const company = { type: "CA-Certificates", "ca.pem": `${two}\n${three}`, "same.pem": `# ours\n${two}` };

async function trusted(env: Readonly<Record<string, string>>, options: Parameters<typeof build>[1]) {
  let found: readonly string[] = [];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      found = await trustedCertificates(context);
    },
  });
  await build(buildpack, { ...options, env });
  return found.map(fingerprint);
}

test("CA certificates from environment variables precede those from bindings, each listed once", async () => {
  await inTemporaryDirectory(async (dir) => {
    await writeFile(join(dir, "mine.pem"), `${three}\n${one}\n`);
    const env = { SSL_CERT_FILE: join(dir, "mine.pem") };
    expect(await trusted(env, { bindings: { company } })).toEqual([three, one, two].map(fingerprint));
    expect(await trusted(env, {})).toEqual([three, one].map(fingerprint));
  });
});

test("without additional CA certificates, those of the build image or of Node.js are trusted", async () => {
  const usual = await trusted({}, {});
  expect(usual.length).toBeGreaterThan(50);
  expect(await trusted({}, { bindings: { company } })).toEqual([
    ...new Set([...usual, ...[two, three].map(fingerprint)]),
  ]);
});
