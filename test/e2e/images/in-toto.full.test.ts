// @needs python3
import { createPrivateKey } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Digest, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { archiveKey, archiveOf, demo, published } from "../../support/images/debian-archive.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { inTotoJudgement } from "../../support/signing/in-toto.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { bundleArtifact, bundles } from "../../support/signing/tampered.ts";
import { tinyImage } from "../../support/tiny/images.ts";

let dir: string;
let registry: MemoryRegistry;
let key: KeyFiles;
let other: KeyFiles;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "in-toto-"));
  registry = await startMemoryRegistry({ referrers: true });
  [key, other] = await Promise.all([keyFiles(dir, "ecdsa", "release"), keyFiles(dir, "ecdsa", "other")]);
});
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

const cnb = (...args: readonly string[]) =>
  cnbInProcess(args, { cwd: dir, env: { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache") } });

const hex = (digest: string): string => digest.replace("sha256:", "");

test("in-toto's libraries accept the signature, the provenance and the SBOMs of cnb base create --sign-key", async () => {
  await writeFile(join(dir, "keys.asc"), archiveKey.toPublic().armor());
  await writeFile(join(dir, "base.toml"), 'suite = "test"\npackages = ["demo"]\nkeyring = "keys.asc"\n');
  const mirror = await published(await archiveOf([demo]), dir);
  const output = ["oci:base", "-c", "base.toml", "--mirror", mirror, "--allow-expired", "--sign-key", key.secret];
  expect(await cnb("base", "create", ...output)).toMatchObject({ exitCode: 0 });
  const layout = join(dir, "base-run");
  const blob = (digest: string) => readFile(join(layout, "blobs/sha256", hex(digest)));
  const [image, ...artifacts] = JSON.parse(await readFile(join(layout, "index.json"), "utf8")).manifests;
  const contents = await Promise.all(
    artifacts.map(async (each: { digest: string }) => blob(JSON.parse(`${await blob(each.digest)}`).layers[0].digest)),
  );
  const judged = contents.map((content) => ({ content, digest: hex(image.digest) }));
  expect(await inTotoJudgement(await readFile(key.open, "utf8"), judged)).toEqual([
    "https://sigstore.dev/cosign/sign/v1",
    "https://slsa.dev/provenance/v1",
    "https://cyclonedx.org/bom",
    "https://spdx.dev/Document",
  ]);
});

/** The form of bundles is sigstore's. in-toto's libraries read only the envelope. */
const onlyInToto = ["an unknown media type"];

test("tampered statements are refused by in-toto's libraries and by cnb verify", async () => {
  const [secret, otherSecret] = await Promise.all([key, other].map(async ({ secret }) => readFile(secret)));
  const digestOf = async (name: string, more = {}) => {
    const image = oci.mutate.labels(await tinyImage(dir), more);
    return (await oci.write(image, parseImageReference(`${registry.host}/${name}:1`))).digest;
  };
  const another = await digestOf("another", { other: "1" });
  const made: { readonly defect: string; readonly content: Buffer; readonly digest: Digest; readonly name: string }[] =
    [];
  for (const [at, [defect, make]] of Object.entries(bundles).entries()) {
    const digest = await digestOf(`app${at}`);
    const keys = { key: createPrivateKey(secret ?? ""), otherKey: createPrivateKey(otherSecret ?? "") };
    const content = make({ digest, other: another, ...keys });
    await oci.attach(parseImageReference(`${registry.host}/app${at}:1`), bundleArtifact(content));
    made.push({ defect, content, digest, name: `${registry.host}/app${at}:1` });
  }
  expect(made.length).toBeGreaterThan(20);
  const judged = made.map(({ content, digest }) => ({ content, digest: hex(digest) }));
  const theirs = await inTotoJudgement(await readFile(key.open, "utf8"), judged);
  const decisions: Record<string, readonly boolean[]> = {};
  for (const [at, { defect, name }] of made.entries())
    decisions[defect] = [theirs[at] !== null, (await cnb("verify", name, "--key", key.open)).exitCode === 0];
  const expected = Object.keys(bundles).map((defect) => {
    const isUntouched = defect === "untouched";
    return [defect, [isUntouched || onlyInToto.includes(defect), isUntouched]];
  });
  expect(decisions).toEqual(Object.fromEntries(expected));
});
