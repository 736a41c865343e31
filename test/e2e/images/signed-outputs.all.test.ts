// @needs busybox, docker-registry, go, namespaces
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { archiveKey, archiveOf, closeServers, demo, published } from "../../support/images/debian-archive.ts";
import { rebaseImages } from "../../support/images/rebase-world.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { type Cosign, cosignEnv, officialCosign, signWithoutLog, withoutLog } from "../../support/signing/cosign.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { writeSources } from "../../support/signing/output-sources.ts";

const extension = {
  "extension/extension.toml": 'api = "0.12"\n[extension]\nid = "test/tools"\nversion = "1.0.0"\n',
  "extension/bin/detect": "#!/bin/sh\n",
  "extension/bin/generate": "#!/bin/sh\n",
};
const base = 'suite = "test"\npackages = ["demo"]\nkeyring = "keys.asc"\n';

let cosign: Cosign;
let other: KeyFiles;
let modern: MemoryRegistry;
let old: Registry;
let mirror: string;
beforeAll(async () => {
  [cosign, modern, old] = await Promise.all([
    officialCosign(),
    startMemoryRegistry({ referrers: true, filtersReferrers: true }),
    startRegistry(),
  ]);
  const { dir } = cosign;
  await cosign.succeeds("generate-key-pair");
  other = await keyFiles(dir, "ecdsa", "other");
  await writeSources(dir, extension);
  await writeFile(join(dir, "keys.asc"), archiveKey.toPublic().armor());
  await writeFile(join(dir, "base.toml"), base);
  mirror = await published(await archiveOf([demo]), dir);
  await succeeds("builder", "create", "oci:builder", "-c", "builder.toml", "--launcher", "none");
}, 1_800_000);
afterAll(async () => {
  await Promise.all([modern.stop(), old.stop(), closeServers(), cosign.remove()]);
});

async function succeeds(...args: readonly string[]): Promise<string> {
  const { dir } = cosign;
  const env = { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache"), ...cosignEnv };
  const { exitCode, stdout, stderr } = await cnbInProcess(args, { cwd: dir, env });
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
  return stdout.trim();
}

const targets = ["--target", "linux/amd64", "--target", "linux/arm64"];
const signature = "signature";
const sboms = ["cyclonedx", "spdxjson"];

/** A command that creates a signed image, and the types of the statements that cosign must verify. */
interface SignedOutput {
  /** The command without its output. */
  readonly args: (name: string) => readonly string[];
  /** The statements about the image of each platform besides its signature and provenance. */
  readonly attested: readonly string[];
  /** The created images of a name. @default the name itself */
  readonly images?: (name: string) => readonly string[];
  /** True if the output is an index of two platforms. */
  readonly hasIndex?: boolean;
  /** Writes the images that the command changes. */
  readonly prepare?: (name: string) => Promise<void>;
}

const outputs: Readonly<Record<string, SignedOutput>> = {
  "cnb build": {
    args: (name) => ["build", name, "--path", "app", "--builder", "oci:builder"],
    attested: ["cyclonedx"],
  },
  "cnb buildpack package": {
    args: (name) => ["buildpack", "package", "buildpack", "-o", name, ...targets, "--append-image-name-suffix"],
    attested: [],
    hasIndex: true,
  },
  "cnb extension package": {
    args: (name) => ["extension", "package", "extension", "-o", name],
    attested: [],
  },
  "cnb builder create": {
    args: (name) => ["builder", "create", name, "-c", "builder.toml", "--launcher", "none"],
    attested: [],
  },
  "cnb base create": {
    args: (name) => ["base", "create", name, "-c", "base.toml", "--mirror", mirror, "--allow-expired"],
    attested: sboms,
    images: (name) => ["build", "run"].map((stage) => name.replace(/:1$/, `-${stage}:1`)),
  },
  "cnb rebase": {
    args: (name) => ["rebase", name],
    attested: [],
    async prepare(name) {
      const run = name.replace(/:1$/, "-run:1");
      const { app, next } = await rebaseImages(cosign.dir, run);
      await oci.write(app, parseImageReference(name));
      await oci.write(next, parseImageReference(run));
    },
  },
};

/** cosign's exit code for a statement about an image. */
async function cosignExit(name: string, type: string, key: string): Promise<number> {
  const [command, ...flags] = type === signature ? ["verify"] : ["verify-attestation", "--type", type];
  return (await cosign.run(command ?? "", ...flags, "--key", key, ...withoutLog, name)).exitCode;
}

/** The types of statements about an image that cosign verifies. */
async function cosignVerifies(name: string, key: string): Promise<readonly string[]> {
  const verified: string[] = [];
  for (const type of [signature, "slsaprovenance1", ...sboms])
    if ((await cosignExit(name, type, key)) === 0) verified.push(type);
  return verified;
}

/** The images of the platforms of an index, by digest. */
async function manifestsOf(name: string): Promise<readonly string[]> {
  const manifests: string[] = [];
  for (const platform of ["linux/amd64", "linux/arm64"]) {
    const verified = await succeeds("verify", name, "--key", "cosign.pub", "--platform", platform);
    manifests.push(name.replace(/:1$/, verified.slice(verified.indexOf("@"))));
  }
  return manifests;
}

describe.each([
  ["that supports the referrers API", () => modern.host],
  ["of Docker, which has the fallback tag", () => old.host],
])("in a registry %s,", (_, host) => {
  test.each(Object.entries(outputs))("cosign verifies all that %s --sign-key attaches", async (command, output) => {
    const { args, attested, hasIndex = false, images = (name: string) => [name], prepare } = output;
    const name = `${host()}/${command.replaceAll(" ", "-")}:1`;
    await prepare?.(name);
    await succeeds(...args(name), "--sign-key", "cosign.key");
    const always = [signature, "slsaprovenance1"];
    for (const image of images(name)) {
      expect(await cosignVerifies(image, "cosign.pub")).toEqual([...always, ...attested]);
      expect(await cosignVerifies(image, other.open)).toEqual([]);
      const manifests = hasIndex ? await manifestsOf(image) : [];
      expect(new Set(manifests).size).toBe(hasIndex ? 2 : 0);
      for (const each of manifests) expect(await cosignVerifies(each, "cosign.pub")).toEqual([...always, ...attested]);
    }
  });

  test("cnb verifies the signatures that cosign adds to each manifest of a created package", async () => {
    const name = `${host()}/recursive:1`;
    await succeeds(...(outputs["cnb buildpack package"]?.args(name) ?? []));
    await cosign.succeeds("sign", "--recursive", "--key", "cosign.key", ...signWithoutLog, name);
    for (const platform of [[], ["--platform", "linux/amd64"], ["--platform", "linux/arm64"]])
      expect(await succeeds("verify", name, "--key", "cosign.pub", ...platform)).toMatch(/@sha256:[0-9a-f]{64}$/);
  });
});
