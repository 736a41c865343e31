// @needs docker-registry, openssl
import { createPrivateKey } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Digest, type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { startMemoryRegistry } from "../../support/registry/memory.ts";
import { sampleImages } from "../../support/registry/sample.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { type Cosign, cosignEnv, officialCosign, signWithoutLog, withoutLog } from "../../support/signing/cosign.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { pushSimpleSigning } from "../../support/signing/simple-signing.ts";
import { bundleArtifact, bundles, simpleSignings, type Tampering } from "../../support/signing/tampered.ts";

let cosign: Cosign;
let registry: Registry;
let samples: Awaited<ReturnType<typeof sampleImages>>;
let image: Image;
const keys = new Map<string, KeyFiles & { readonly imported: string }>();
beforeAll(async () => {
  [cosign, registry, samples] = await Promise.all([officialCosign(), startRegistry(), sampleImages()]);
  image = await samples.image(1, 100);
  await cosign.succeeds("generate-key-pair");
  const own = join(cosign.dir, "cosign.key");
  keys.set("cosign", { secret: own, open: join(cosign.dir, "cosign.pub"), imported: own });
  for (const kind of ["ecdsa", "rsa", "ed25519"] as const) {
    const files = await keyFiles(cosign.dir, kind);
    await cosign.succeeds("import-key-pair", "--key", files.secret, "--output-key-prefix", `imported-${kind}`);
    keys.set(kind, { ...files, imported: join(cosign.dir, `imported-${kind}.key`) });
  }
}, 1_800_000);
afterAll(async () => {
  await Promise.all([registry.stop(), samples.remove(), cosign.remove()]);
});

const cnb = (...args: readonly string[]) =>
  cnbInProcess(args, { cwd: cosign.dir, env: { ...process.env, ...cosignEnv, HOME: cosign.dir } });

const keyOf = (kind: string) => keys.get(kind) as KeyFiles & { readonly imported: string };

let count = 0;
/** Pushes an image with an index of two platforms under a new name. */
async function pushed(host = registry.host): Promise<{ readonly name: string; readonly digest: Digest }> {
  const name = `${host}/signed/${count++}:1`;
  const other = { ...image, config: { ...image.config, architecture: "arm64" } };
  const { digest } = await oci.write({ images: [image, other] }, parseImageReference(name));
  return { name, digest };
}

const kinds = ["cosign", "ecdsa", "rsa", "ed25519"];
const cosignVerify = (name: string, kind: string) =>
  cosign.run("verify", "--key", keyOf(kind).open, ...withoutLog, name);

describe("the signature of cnb sign", () => {
  test.each(kinds)("with a key of the kind %s is verified by cosign and cnb", async (kind) => {
    const { name, digest } = await pushed();
    const signed = await cnb("sign", name, "--key", keyOf(kind).secret);
    expect(signed).toMatchObject({ exitCode: 0, stdout: `${name}@${digest}\n` });
    expect(await cosignVerify(name, kind)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(digest) });
    expect(await cnb("verify", name, "--key", keyOf(kind).open)).toMatchObject({
      exitCode: 0,
      stdout: `${name}@${digest}\n`,
    });
  });

  test("is verified in a registry that supports the referrers API", async () => {
    const modern = await startMemoryRegistry({ referrers: true, filtersReferrers: true });
    try {
      const { name, digest } = await pushed(modern.host);
      await cnb("sign", name, "--key", keyOf("ecdsa").secret);
      expect(await cosignVerify(name, "ecdsa")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(digest) });
      expect(await cnb("verify", name, "--key", keyOf("ecdsa").open)).toMatchObject({ exitCode: 0 });
      expect(await oci.tags(parseImageReference(name))).toEqual(["1"]);
    } finally {
      await modern.stop();
    }
  });

  test("of an OCI layout is verified by cnb, and by cosign after cnb copy to a registry", async () => {
    const layout = `oci:${join(cosign.dir, "layout")}`;
    await oci.write(image, parseImageReference(layout));
    expect(await cnb("sign", layout, "--key", keyOf("ecdsa").secret)).toMatchObject({ exitCode: 0 });
    expect(await cnb("verify", layout, "--key", keyOf("ecdsa").open)).toMatchObject({ exitCode: 0 });
    const name = `${registry.host}/copied/layout:1`;
    await cnb("copy", layout, name);
    expect(await cosignVerify(name, "ecdsa")).toMatchObject({ exitCode: 0 });
  });

  test("of an OCI archive is added to the archive, which still contains the image", async () => {
    const archive = `oci-archive:${join(cosign.dir, "app.tar")}`;
    await oci.write(image, parseImageReference(archive), { name: "example.com/app:1" });
    expect(await cnb("sign", archive, "--key", keyOf("ecdsa").secret)).toMatchObject({ exitCode: 0 });
    expect(await cnb("verify", archive, "--key", keyOf("ecdsa").open)).toMatchObject({ exitCode: 0 });
    expect(await oci.validate(parseImageReference(archive))).toEqual([]);
    const name = `${registry.host}/copied/archive:1`;
    await cnb("copy", archive, name);
    expect(await cosignVerify(name, "ecdsa")).toMatchObject({ exitCode: 0 });
  });

  test("is added to existing signatures by other keys", async () => {
    const { name } = await pushed();
    for (const kind of kinds) await cnb("sign", name, "--key", keyOf(kind).secret);
    for (const kind of kinds) {
      expect(await cosignVerify(name, kind)).toMatchObject({ exitCode: 0 });
      expect(await cnb("verify", name, "--key", keyOf(kind).open)).toMatchObject({ exitCode: 0 });
    }
  });
});

describe("an attestation", () => {
  const types = ["slsaprovenance1", "cyclonedx", "spdxjson"];
  const cosignVerifies = (name: string, type: string) =>
    cosign.run("verify-attestation", "--type", type, "--key", keyOf("ecdsa").open, ...withoutLog, name);
  const cnbVerifies = (name: string, type: string) =>
    cnb("verify", name, "--key", keyOf("ecdsa").open, "--type", type, "--json");
  let predicate: string;
  beforeAll(async () => {
    predicate = join(cosign.dir, "predicate.json");
    await writeFile(predicate, JSON.stringify({ bomFormat: "CycloneDX", text: "é" }));
  });

  test.each(types)("of cnb attest with the type %s is verified by cosign and cnb", async (type) => {
    const { name } = await pushed();
    const flags = ["--key", keyOf("ecdsa").secret, "--type", type, "--predicate", predicate];
    const attested = await cnb("attest", name, ...flags);
    expect(attested).toMatchObject({ exitCode: 0 });
    expect(await cosignVerifies(name, type)).toMatchObject({ exitCode: 0 });
    const verified = await cnbVerifies(name, type);
    expect(JSON.parse(verified.stdout).claims[0].predicate).toEqual({ bomFormat: "CycloneDX", text: "é" });
    const other = type === "cyclonedx" ? "spdxjson" : "cyclonedx";
    expect((await cosignVerifies(name, other)).exitCode).not.toBe(0);
    expect((await cnbVerifies(name, other)).stderr).toContain("CODE: SIGNATURE_NOT_FOUND");
    expect((await cnb("verify", name, "--key", keyOf("ecdsa").open)).stderr).toContain("CODE: SIGNATURE_NOT_FOUND");
  });

  test.each([true, false])("that cosign creates with --new-bundle-format=%s is verified by cnb", async (bundle) => {
    const { name } = await pushed();
    const flags = [...signWithoutLog, `--new-bundle-format=${bundle}`];
    const key = keyOf("ecdsa").imported;
    await cosign.succeeds("attest", "--key", key, "--type", "vuln", "--predicate", predicate, ...flags, name);
    await cosign.succeeds("attest", "--key", key, "--type", "cyclonedx", "--predicate", predicate, ...flags, name);
    const verified = await cnbVerifies(name, "cyclonedx");
    expect(verified.stderr).toBe("");
    const [claim] = JSON.parse(verified.stdout).claims;
    expect([claim.format, claim.predicate]).toEqual([
      bundle ? "bundle" : "envelope",
      { bomFormat: "CycloneDX", text: "é" },
    ]);
  });
});

test("a signature by --key-command is verified by cosign", async () => {
  const { name } = await pushed();
  const command = `openssl dgst -sha256 -sign ${keyOf("ecdsa").secret} | base64`;
  expect(await cnb("sign", name, "--key", keyOf("ecdsa").open, "--key-command", command)).toMatchObject({
    exitCode: 0,
  });
  expect(await cosignVerify(name, "ecdsa")).toMatchObject({ exitCode: 0 });
});

describe("cnb verify accepts the signature of cosign", () => {
  // cosign 3.0.6 signs with Ed25519ph, and does not verify its own signatures.
  const verifiable = kinds.filter((kind) => kind !== "ed25519");
  test.each(verifiable.flatMap((kind) => [true, false].map((bundle) => ({ kind, bundle }))))(
    "by a key of the kind $kind, created with --new-bundle-format=$bundle",
    async ({ kind, bundle }) => {
      const { name, digest } = await pushed();
      const format = `--new-bundle-format=${bundle}`;
      await cosign.succeeds("sign", "--key", keyOf(kind).imported, ...signWithoutLog, format, name);
      const verified = await cnb("verify", name, "--key", keyOf(kind).open, "--json");
      expect(verified.stderr).toBe("");
      const { image: shown, digest: found, claims } = JSON.parse(verified.stdout);
      expect([shown, found, claims.map((each: { format: string }) => each.format)]).toEqual([
        name,
        digest,
        [bundle ? "bundle" : "simple-signing"],
      ]);
    },
  );
});

describe("cosign and cnb give the same verdict about", () => {
  let tampering: Tampering;
  beforeAll(async () => {
    const [key, otherKey] = await Promise.all(
      ["ecdsa", "cosign-other"].map(async (name) => {
        const { secret } = name === "ecdsa" ? keyOf(name) : await keyFiles(cosign.dir, "ecdsa", name);
        return createPrivateKey(await readFile(secret));
      }),
    );
    const { digest: other } = await oci.write(
      await samples.image(2, 100),
      parseImageReference(`${registry.host}/other:1`),
    );
    tampering = { digest: "sha256:", other, key, otherKey } as Tampering;
  });

  /** The decisions of cosign and cnb. */
  async function decisions(name: string): Promise<readonly string[]> {
    const [theirs, ours] = [await cosignVerify(name, "ecdsa"), await cnb("verify", name, "--key", keyOf("ecdsa").open)];
    return [theirs, ours].map(({ exitCode }) => (exitCode === 0 ? "accepted" : "refused"));
  }
  const expected = (defect: string) => (defect === "untouched" ? ["accepted", "accepted"] : ["refused", "refused"]);

  test.each(Object.entries(bundles))("a bundle with the change %j", async (defect, make) => {
    const { name, digest } = await pushed();
    await oci.attach(parseImageReference(name), bundleArtifact(make({ ...tampering, digest })));
    expect(await decisions(name)).toEqual(expected(defect));
  });

  test.each(Object.entries(simpleSignings))(
    "a signature in the format of cosign 2 with the change %j",
    async (defect, make) => {
      const { name, digest } = await pushed();
      const { payload, signature } = make({ ...tampering, digest });
      await pushSimpleSigning(name.replace(/:1$/, ""), digest, { payload, signature });
      expect(await decisions(name)).toEqual(expected(defect));
    },
  );

  test("a signature that is attached to another image, which both refuse", async () => {
    const { name } = await pushed();
    const other = await oci.write(await samples.image(3, 100), parseImageReference(name.replace(/:1$/, ":2")));
    const content = bundles["untouched"]?.({ ...tampering, digest: other.digest }) as Buffer;
    await oci.attach(parseImageReference(name), bundleArtifact(content));
    expect(await decisions(name)).toEqual(["refused", "refused"]);
  });

  test("a tag that refers to another image than the signed image, which both refuse", async () => {
    const { name } = await pushed();
    await cnb("sign", name, "--key", keyOf("ecdsa").secret);
    await oci.write(await samples.image(4, 100), parseImageReference(name));
    expect(await decisions(name)).toEqual(["refused", "refused"]);
  });
});
