// @needs busybox, docker-registry, go, namespaces
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { orasDiscover, orasFile, type ReferrersApi } from "../../support/signing/oras.ts";
import { writeSources } from "../../support/signing/output-sources.ts";

const bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
const predicateType = "dev.sigstore.bundle.predicateType";

let dir: string;
let modern: MemoryRegistry;
let old: Registry;
let key: KeyFiles;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "oras-"));
  [modern, old, key] = await Promise.all([
    startMemoryRegistry({ referrers: true, filtersReferrers: true }),
    startRegistry(),
    keyFiles(dir, "ecdsa", "release"),
  ]);
  await writeSources(dir);
  await cnb("builder", "create", "oci:builder", "-c", "builder.toml", "--launcher", "none");
}, 600_000);
afterAll(async () => {
  await Promise.all([modern.stop(), old.stop(), rm(dir, { recursive: true, force: true })]);
});

async function cnb(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache") };
  const { exitCode, stdout, stderr } = await cnbInProcess(args, { cwd: dir, env });
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
  return stdout.trim();
}

describe.each<[string, () => string, ReferrersApi]>([
  ["that supports the referrers API", () => modern.host, "v1.1-referrers-api"],
  ["of Docker, which has the fallback tag", () => old.host, "v1.1-referrers-tag"],
])("in a registry %s,", (_, host, api) => {
  test("oras discovers all that cnb build --sign-key, cnb attest and cnb sbom download --attach attach", async () => {
    const name = `${host()}/app:1`;
    await cnb("build", name, "--path", "app", "--builder", "oci:builder", "--sign-key", key.secret);
    await writeFile(join(dir, "review.json"), "{}");
    await cnb(
      "attest",
      name,
      "--key",
      key.secret,
      "--type",
      "https://example.com/review",
      "--predicate",
      "review.json",
    );
    await cnb("sbom", "download", name, "--attach");
    const found = await orasDiscover(name, api);
    const listed = found.map(({ artifactType, annotations }) => annotations?.[predicateType] ?? artifactType);
    expect(listed.sort()).toEqual([
      "application/vnd.cyclonedx+json",
      "https://cyclonedx.org/bom",
      "https://example.com/review",
      "https://sigstore.dev/cosign/sign/v1",
      "https://slsa.dev/provenance/v1",
    ]);
    for (const { digest, annotations } of found.filter((each) => each.artifactType === bundle)) {
      const { dsseEnvelope } = JSON.parse(await orasFile(`${host()}/app@${digest}`));
      const statement = JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString());
      expect(statement.predicateType).toBe(annotations?.[predicateType]);
    }
  });

  test("oras discovers the signature and the provenance of the index and of each platform of a package", async () => {
    const name = `${host()}/package:1`;
    const targets = ["--target", "linux/amd64", "--target", "linux/arm64", "--append-image-name-suffix"];
    await cnb("buildpack", "package", "buildpack", "-o", name, ...targets, "--sign-key", key.secret);
    for (const platform of [[], ["--platform", "linux/amd64"], ["--platform", "linux/arm64"]]) {
      const verified = await cnb("verify", name, "--key", key.open, ...platform);
      const found = await orasDiscover(`${host()}/package${verified.slice(verified.indexOf("@"))}`, api);
      expect(found.map(({ annotations }) => annotations?.[predicateType]).sort()).toEqual([
        "https://sigstore.dev/cosign/sign/v1",
        "https://slsa.dev/provenance/v1",
      ]);
    }
  });
});
