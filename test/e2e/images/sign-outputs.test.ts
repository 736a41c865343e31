// @needs busybox, namespaces
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as oci from "@libcnb/packager/oci";
import { digestOf, hexOf, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tarStream } from "../../../builder-packager/src/tar/write.ts";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { archiveKey, archiveOf, demo, published } from "../../support/images/debian-archive.ts";
import { rebaseImages } from "../../support/images/rebase-world.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { files, sourceCommit, writeSources } from "../../support/signing/output-sources.ts";

const provenance = "https://slsa.dev/provenance/v1";
const cyclonedx = "https://cyclonedx.org/bom";

let dir: string;
let registry: MemoryRegistry;
let old: MemoryRegistry;
let key: KeyFiles;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sign-outputs-"));
  await writeSources(dir);
  [registry, old] = await Promise.all([startMemoryRegistry({ referrers: true }), startMemoryRegistry()]);
  key = await keyFiles(dir, "ecdsa", "release");
  await succeeds("builder", "create", "oci:builder", "-c", "builder.toml", "--launcher", "none");
}, 60_000);
afterAll(async () => {
  await Promise.all([registry.stop(), old.stop()]);
  await rm(dir, { recursive: true, force: true });
});

const cnb = (...args: readonly string[]) =>
  cnbInProcess(args, { cwd: dir, env: { PATH: process.env["PATH"], HOME: dir, XDG_CACHE_HOME: join(dir, "cache") } });

async function succeeds(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cnb(...args);
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
  return stdout.trim();
}

/** The code of the error; undefined for success. */
async function failure(...args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stderr } = await cnb(...args);
  return exitCode === 0 ? undefined : (/^CODE: (.*)$/m.exec(stderr)?.[1] ?? stderr);
}

const build = (name: string, ...flags: readonly string[]) =>
  succeeds("build", name, "--path", "app", "--builder", "oci:builder", "--sign-key", key.secret, ...flags);

/** The number of verified statements of a type, and the predicate of the first. */
async function statements(name: string, type?: string, ...flags: readonly string[]) {
  const args = ["verify", name, "--key", key.open, "--json", ...(type === undefined ? [] : ["--type", type]), ...flags];
  const { claims } = JSON.parse(await succeeds(...args));
  return { count: claims.length, predicate: claims[0].predicate };
}

/** The manifests that were written to a repository, in their order: tags, and `digest` for digests. */
const written = ({ log }: MemoryRegistry, repository: string): readonly string[] =>
  log.flatMap((line) => {
    const [, tag] = new RegExp(`^PUT /v2/${repository}/manifests/(\\S+) 201$`).exec(line) ?? [];
    return tag === undefined ? [] : [tag.startsWith("sha256:") ? "digest" : tag];
  });

describe("cnb build --sign-key", () => {
  test("attaches a signature, provenance and the SBOM to an image in a registry before the tag exists", async () => {
    const name = `${registry.host}/app:1`;
    const digest = await build(name);
    expect(await statements(name)).toEqual({ count: 1, predicate: {} });
    const { predicate } = await statements(name, cyclonedx);
    expect(predicate.components).toMatchObject([{ name: "tool", version: "1" }]);
    expect(predicate.metadata.component.name).toBe(`${registry.host}/app`);
    expect(await succeeds("verify", name, "--key", key.open)).toBe(`${name}@${digest}`);
    expect(written(registry, "app")).toEqual(["digest", "digest", "digest", "digest", "1"]);
  });

  test("writes the fallback referrers tag before the image's tag to a registry without the referrers API", async () => {
    const digest = await build(`${old.host}/app:1`);
    expect(await statements(`${old.host}/app:1`)).toEqual({ count: 1, predicate: {} });
    const tags = written(old, "app").filter((each) => each !== "digest");
    expect(tags).toEqual([...Array(3).fill(digest.replace(":", "-")), "1"]);
  });

  test("records the parameters, the source and the images in the provenance, without secrets", async () => {
    const name = `${registry.host}/recorded:1`;
    const flags = ["--env", "BP_TOKEN=secret", "--run-image", "oci:base", "--network", "none"];
    await build(name, ...flags);
    const { predicate } = await statements(name, provenance);
    const digestIn = async (layout: string) =>
      JSON.parse(await readFile(join(dir, layout, "index.json"), "utf8")).manifests[0].digest.slice(7);
    const guide = "https://github.com/libcnb/libcnb.ts/blob/main/docs/guide/signatures.md";
    expect(predicate).toEqual({
      buildDefinition: {
        buildType: `${guide}#build-type-v1`,
        externalParameters: {
          command: "build",
          arguments: [name],
          options: { builder: "oci:builder", runImage: "oci:base", network: "none", env: ["BP_TOKEN"] },
        },
        internalParameters: {},
        resolvedDependencies: [
          {
            uri: "git+https://git.example.com/acme/shop.git@refs/heads/main",
            digest: { gitCommit: sourceCommit },
          },
          { name: "oci:base", digest: { sha256: await digestIn("base") } },
          { name: "oci:builder", digest: { sha256: await digestIn("builder") } },
        ],
      },
      runDetails: { builder: { id: `${guide}#builder-id`, version: { cnb: expect.any(String) } }, metadata: {} },
    });
  });

  test("attaches the same artifacts to each name in a repository", async () => {
    const name = `${registry.host}/tags:1`;
    await build(name, "--tag", `${registry.host}/tags:2`, "--tag", `${registry.host}/other:1`);
    expect((await statements(name)).count).toBe(1);
    expect((await statements(`${registry.host}/other:1`)).count).toBe(1);
  });

  test.for(["with referrers", "without referrers"])(
    "adds no artifact to an image in a registry %s that already has the same statements by the key",
    async (kind) => {
      const name = `${kind === "with referrers" ? registry.host : old.host}/repeated:1`;
      for (let round = 0; round < 3; round++) await build(name);
      for (const type of [undefined, provenance, cyclonedx]) expect((await statements(name, type)).count).toBe(1);
      await build(name, "--network", "none");
      expect((await statements(name)).count).toBe(1);
      expect((await statements(name, provenance)).count).toBe(2);
    },
  );

  test("writes the artifacts into an OCI layout and an OCI archive", async () => {
    for (const name of ["oci:signed-layout", "oci-archive:signed.tar"]) {
      await build(name);
      expect((await statements(name)).count).toBe(1);
      expect((await statements(name, provenance)).count).toBe(1);
      expect(await oci.validate(parseImageReference(name.replace(":", `:${dir}/`)))).toEqual([]);
    }
  });

  test("does not change the digest of the image", async () => {
    const unsigned = await succeeds("build", "oci:unsigned", "--path", "app", "--builder", "oci:builder");
    expect(await build("oci:signed")).toBe(unsigned);
  });

  test("does not move the tag if the key service fails", async () => {
    const name = `${registry.host}/refused:1`;
    const flags = ["--sign-key", key.open, "--sign-key-command", "exit 1"];
    const args = ["build", name, "--path", "app", "--builder", "oci:builder", ...flags];
    expect(await failure(...args)).toBe("SIGNING_FAILED");
    expect(written(registry, "refused")).toEqual([]);
  });

  test.for<[string, readonly string[], string]>([
    ["an image for Docker", ["docker-daemon:app", "--sign-key", "release.pem"], "IMAGE_REFERENCE_UNSUPPORTED"],
    ["a key that does not exist", ["oci:x", "--sign-key", "absent.pem"], "SIGNING_KEY_INVALID"],
    ["--sign-key-command without a key", ["oci:x", "--sign-key-command", "true"], "ARGUMENT_INVALID"],
  ])("refuses %s before the build", async ([, args, code]) => {
    expect(await failure("build", ...args, "--path", "app", "--builder", "oci:absent")).toBe(code);
  });
});

describe("cnb buildpack package --sign-key", () => {
  test("signs the index and the image of each platform", async () => {
    const name = `${registry.host}/buildpack:1`;
    const targets = ["--target", "linux/amd64", "--target", "linux/arm64"];
    const flags = ["--sign-key", key.secret, "--append-image-name-suffix"];
    await succeeds("buildpack", "package", "buildpack", "-o", name, ...targets, ...flags);
    for (const platform of [[], ["--platform", "linux/amd64"], ["--platform", "linux/arm64"]]) {
      expect((await statements(name, undefined, ...platform)).count).toBe(1);
      expect((await statements(name, provenance, ...platform)).count).toBe(1);
    }
  });

  test("refuses a .cnb file, which cnb sign signs afterwards", async () => {
    const args = ["buildpack", "package", "buildpack", "--sign-key", key.secret];
    expect(await failure(...args)).toBe("IMAGE_REFERENCE_UNSUPPORTED");
    expect(await failure(...args, "-o", "x.cnb")).toBe("IMAGE_REFERENCE_UNSUPPORTED");
  });
});

describe("a signed .cnb file", () => {
  const amd64 = ["--target", "linux/amd64"];
  let digest: string | undefined;
  beforeAll(async () => {
    digest = (await succeeds("buildpack", "package", "buildpack", "-o", "signed.cnb", ...amd64)).split("@")[1];
    await succeeds("sign", "signed.cnb", "--key", key.secret);
    await writeFile(join(dir, "scan.json"), "{}");
    await succeeds("attest", "./signed.cnb", "--key", key.secret, "--type", "vuln", "--predicate", "scan.json");
  });

  test.for(["signed.cnb", "oci-archive:signed.cnb"])("is verified by the name %s", async (name) => {
    expect(await succeeds("verify", name, "--key", key.open)).toBe(`oci-archive:signed.cnb@${digest}`);
    expect((await statements(name, "vuln")).count).toBe(1);
  });

  test("still contains the same package", async () => {
    expect(await oci.validate({ kind: "oci-archive", file: join(dir, "signed.cnb") })).toEqual([]);
    expect(await succeeds("buildpack", "inspect", "signed.cnb")).toContain(`Digest: ${digest}`);
  });

  test("is a buildpack that cnb build --verify-key accepts, unlike a file without a signature", async () => {
    await succeeds("buildpack", "package", "buildpack", "-o", "unsigned.cnb", ...amd64);
    await succeeds("sign", "oci:builder", "oci:base", "--key", key.secret);
    const flags = ["--path", "app", "--builder", "oci:builder", "--verify-key", key.open];
    await succeeds("build", "oci:verified", ...flags, "--buildpack", "signed.cnb");
    expect(await failure("build", "oci:refused", ...flags, "--buildpack", "unsigned.cnb")).toBe("SIGNATURE_NOT_FOUND");
  });

  test("is copied into a registry with its signature", async () => {
    const name = `${registry.host}/from-file:1`;
    expect(await succeeds("copy", "signed.cnb", name)).toBe(`${name}@${digest}`);
    expect(await succeeds("verify", name, "--key", key.open)).toBe(`${name}@${digest}`);
  });
});

test("cnb builder create --sign-key records the digest of builder.toml, and also signs a builder that is already published", async () => {
  const name = `${registry.host}/builder:1`;
  const args = ["builder", "create", name, "-c", "builder.toml", "--launcher", "none"];
  await succeeds(...args);
  await succeeds(...args, "--sign-key", key.secret);
  expect((await statements(name)).count).toBe(1);
  const { predicate } = await statements(name, provenance);
  const names = predicate.buildDefinition.resolvedDependencies.map((each: { name: string }) => each.name);
  expect(names).toEqual(["builder.toml", "buildpack test/shell@1.0.0", "oci:base"]);
});

describe("the provenance of a buildpack that is not from an image", () => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    await writeOther("by-url");
    await writeOther("packaged");
    await writeOther("archived");
    await succeeds("buildpack", "package", "by-url", "-o", "by-url.cnb");
    await succeeds("buildpack", "package", "packaged", "-o", "packaged.cnb");
    await writeFile(join(dir, "archived.tar"), await archiveOfDirectory("archived"));
    const served = await readFile(join(dir, "by-url.cnb"));
    server = createServer((_, response) => response.end(served)).listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/by-url.cnb`;
  });
  afterAll(() => server.close());

  /** Another buildpack with the executables of `buildpack`. */
  async function writeOther(name: string): Promise<void> {
    await cp(join(dir, "buildpack"), join(dir, name), { recursive: true });
    const text = await readFile(join(dir, name, "buildpack.toml"), "utf8");
    await writeFile(join(dir, name, "buildpack.toml"), text.replace("test/shell", `test/${name}`));
  }

  async function archiveOfDirectory(name: string): Promise<Buffer> {
    const entries = await oci.directoryEntries(join(dir, name), { at: "", uid: 0, gid: 0 });
    return buffer(tarStream(entries.filter(({ path }) => path !== "")));
  }

  const sha256 = async (file: string) => hexOf(digestOf(await readFile(join(dir, file))));

  async function dependenciesOf(name: string): Promise<readonly unknown[]> {
    return (await statements(name, provenance)).predicate.buildDefinition.resolvedDependencies;
  }

  const expected = async () => [
    { name: "archive:archived.tar", digest: { sha256: await sha256("archived.tar") } },
    { name: "buildpack test/shell@1.0.0", digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    { name: "oci-archive:packaged.cnb", digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    { uri: address, digest: { sha256: await sha256("by-url.cnb") } },
  ];

  test("names the directory, the archive, the .cnb file and the URL of builder.toml with their digests", async () => {
    const sources = ["buildpack", "archived.tar", "packaged.cnb", `${address}?token=secret`];
    const toml = sources.map((uri) => `[[buildpacks]]\nuri = "${uri}"\n`).join("");
    await writeFile(
      join(dir, "others.toml"),
      (files["builder.toml"] ?? "").replace(/\[\[buildpacks\]\]\nuri.*\n/, toml),
    );
    const name = `${registry.host}/others:1`;
    const flags = ["-c", "others.toml", "--launcher", "none", "--sign-key", key.secret];
    await succeeds("builder", "create", name, ...flags);
    expect(await dependenciesOf(name)).toEqual(expect.arrayContaining(await expected()));
    expect(JSON.stringify(await dependenciesOf(name))).not.toContain("secret");
  });

  test("names the dependencies of a composite buildpack with their digests, but not the buildpack itself", async () => {
    await mkdir(join(dir, "composite"), { recursive: true });
    const ids = ["shell", "archived", "packaged", "by-url"];
    const group = ids.map((id) => `{ id = "test/${id}", version = "1.0.0" }`).join(", ");
    const buildpack = `api = "0.12"\n[buildpack]\nid = "test/all"\nversion = "1.0.0"\n[[order]]\ngroup = [${group}]\n`;
    const uris = ["../buildpack", "../archived.tar", "../packaged.cnb", address];
    const dependencies = uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`).join("");
    await writeFile(join(dir, "composite/buildpack.toml"), buildpack);
    await writeFile(join(dir, "composite/package.toml"), `[buildpack]\nuri = "."\n${dependencies}`);
    const name = `${registry.host}/composite:1`;
    await succeeds("buildpack", "package", "composite", "-o", name, "--sign-key", key.secret);
    const found = await dependenciesOf(name);
    expect(found).toEqual(expect.arrayContaining(await expected()));
    expect(JSON.stringify(found)).not.toContain("test/all");
  });

  test("names the buildpacks that cnb build adds with their digests", async () => {
    const name = `${registry.host}/added:1`;
    const added = ["buildpack", "archived.tar", "packaged.cnb", address].flatMap((each) => ["--buildpack", each]);
    await build(name, ...added);
    expect(await dependenciesOf(name)).toEqual(expect.arrayContaining(await expected()));
  });
});

test("cnb base create --sign-key signs the build image and the run image with the SBOM of their packages", async () => {
  await writeFile(join(dir, "keys.asc"), archiveKey.toPublic().armor());
  await writeFile(join(dir, "base.toml"), 'suite = "test"\npackages = ["demo"]\nkeyring = "keys.asc"\n');
  const mirror = await published(await archiveOf([demo]), dir);
  const name = `${registry.host}/base:1`;
  const args = ["base", "create", name, "-c", "base.toml", "--mirror", mirror, "--allow-expired"];
  await succeeds(...args, "--sign-key", key.secret);
  for (const stage of ["build", "run"]) {
    const image = `${registry.host}/base-${stage}:1`;
    expect((await statements(image)).count).toBe(1);
    expect((await statements(image, cyclonedx)).predicate.components).toMatchObject([
      { name: "debian" },
      { name: "demo" },
    ]);
    expect((await statements(image, "spdxjson")).count).toBe(1);
  }
});

describe("cnb rebase --sign-key", () => {
  test("signs the rebased image", async () => {
    const name = `${registry.host}/rebased:1`;
    const run = `${registry.host}/run:1`;
    const { app, next } = await rebaseImages(dir, run);
    await oci.write(app, parseImageReference(name));
    await oci.write(next, parseImageReference(run));
    await succeeds("rebase", name, "--sign-key", key.secret);
    expect((await statements(name)).count).toBe(1);
    const { predicate } = await statements(name, provenance);
    expect(predicate.buildDefinition.externalParameters.command).toBe("rebase");
    expect(predicate.buildDefinition.resolvedDependencies).toHaveLength(2);
  });

  test("refuses a list of images", async () => {
    expect(await failure("rebase", "--from", "list", "--sign-key", key.secret)).toBe("ARGUMENT_INVALID");
  });
});
