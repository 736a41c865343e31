import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveKey,
  archiveOf,
  debOf,
  demo,
  filesOf,
  published,
  sha256,
} from "../../../test/support/images/debian-archive.ts";
import { readImage, readImages } from "../oci/image-io.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import { validateImage } from "../oci/model/validate.ts";
import { layoutName } from "../oci/source/layout.ts";
import { recordingReporter } from "../reporter.ts";
import { readTar } from "../tar/read.ts";
import { createBaseImages } from "./write-base.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-write-base-"));
  await writeFile(join(dir, "keys.asc"), archiveKey.toPublic().armor());
  await writeFile(
    join(dir, "base.toml"),
    'suite = "test"\npackages = ["demo"]\nkeyring = "keys.asc"\ncertificates = ["ca.pem"]\n',
  );
  await writeFile(
    join(dir, "ca.pem"),
    `-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n${certificate}\n`,
  );
  return () => rm(dir, { recursive: true, force: true });
});

const certificate = rootCertificates[0] ?? "";

async function create(output: ImageReference, packages: readonly string[] = [], location?: string) {
  const mirror = location ?? (await published(await archiveOf([demo]), dir));
  const context = { reporter: recordingReporter(), env: { LIBCNB_CACHE_DIR: join(dir, "cache") }, cwd: dir };
  const flags = { mirror: [mirror], package: packages };
  return createBaseImages(
    { output, configFile: "base.toml", certificateFiles: [], allowExpired: true, flags },
    context,
  );
}

describe("writing base images", () => {
  test("creates two valid OCI layouts with the names that a builder expects", async () => {
    const written = await create({ kind: "oci", dir: join(dir, "out/base") });
    expect(written.map(({ reference }) => reference)).toEqual([
      { kind: "oci", dir: join(dir, "out/base-build") },
      { kind: "oci", dir: join(dir, "out/base-run") },
    ]);
    for (const { reference, digest } of written) {
      const image = await readImage(reference);
      expect(await validateImage(image)).toEqual([]);
      expect(`sha256:${sha256(image.raw?.manifest ?? new Uint8Array())}`).toBe(digest);
    }
    expect(await layoutName(join(dir, "out/base-run"))).toBe("localhost/base-run:test");
  });

  test("adds the given certificates to the bundle, without their private key", async () => {
    const [, run] = await create({ kind: "oci", dir: join(dir, "base") });
    const image = await readImage(run?.reference ?? { kind: "oci", dir: "" });
    const entries = image.layers[0] ? await readTar(image.layers[0].uncompressed()) : [];
    const bundle = entries.find(({ path }) => path === "etc/ssl/certs/ca-certificates.crt");
    expect(bundle?.type === "file" && bundle.content.toString()).toBe(`A\nB\n${certificate.trim()}\n`);
  });

  test.for<[string, ImageReference, string[], string, string]>([
    [
      "the output is below a file",
      { kind: "oci", dir: "ca.pem/base" },
      [],
      "OUTPUT_UNWRITABLE",
      "cannot write DIR/ca.pem/base: DIR/ca.pem is not a directory",
    ],
    [
      "a package is unknown",
      { kind: "oci", dir: "base" },
      ["demoo"],
      "BASE_PACKAGE_UNKNOWN",
      "the packages cannot be installed:\n  demoo is not in the archive (did you mean demo?)",
    ],
  ])("leaves no files behind if %s", async ([, output, packages, code, message]) => {
    const reference = output.kind === "oci" ? { ...output, dir: join(dir, output.dir) } : output;
    const error = await create(reference, packages).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code });
    expect(error instanceof Error && error.message.replaceAll(dir, "DIR")).toBe(message);
    expect((await readdir(dir)).filter((name) => name !== "cache")).toEqual([
      "base.toml",
      "ca.pem",
      "keys.asc",
      "mirror",
    ]);
  });

  test("reads the files next to base.toml, writes index, lock file and SBOMs, and is reproducible", async () => {
    await mkdir(join(dir, "conf/debs"), { recursive: true });
    for (const architecture of ["amd64", "arm64"])
      await writeFile(join(dir, `conf/debs/demo-${architecture}.deb`), await debOf(demo, architecture));
    await writeFile(join(dir, "conf/motd"), "hello");
    await writeFile(
      join(dir, "conf/base.toml"),
      'suite = "test"\npackages = ["demo"]\narchitectures = ["amd64", "arm64"]\nmirrors = ["./debs"]\nallow-unsigned = true\n[[files]]\nsource = "motd"\npath = "/etc/motd"\n',
    );
    const make = async (lock: "honour" | "renew", allowUnsigned?: boolean) => {
      const context = { reporter: recordingReporter(), env: { LIBCNB_CACHE_DIR: join(dir, "cache") }, cwd: dir };
      const output: ImageReference = { kind: "oci", dir: join(dir, "out/base") };
      const request = { output, configFile: "conf/base.toml", certificateFiles: [], allowExpired: false, lock };
      const files = ["conf/motd:/srv/motd:0600:cnb"];
      return createBaseImages({ ...request, files, sbomDir: "sbom", flags: { allowUnsigned } }, context);
    };
    const written = await make("renew");
    expect(await make("honour", false)).toEqual(written);
    expect((await readdir(join(dir, "conf"))).sort()).toEqual(["base.lock", "base.toml", "debs", "motd"]);
    expect((await readdir(join(dir, "sbom"))).filter((name) => name.endsWith(".cdx.json"))).toEqual([
      "build-amd64.cdx.json",
      "build-arm64.cdx.json",
      "run-amd64.cdx.json",
      "run-arm64.cdx.json",
    ]);
    const { images } = await readImages({ kind: "oci", dir: join(dir, "out/base-run") });
    const motds = await Promise.all(images.map(async (image) => (await filesOf(image))["srv/motd"]));
    expect(motds).toEqual(["hello", "hello"]);
  });

  test("several times concurrently shares a cache and creates identical images", async () => {
    const mirror = await published(await archiveOf([demo]), dir);
    const outputs = ["a", "b", "c"].map((name): ImageReference => ({ kind: "oci", dir: join(dir, name) }));
    const made = await Promise.all(outputs.map((output) => create(output, [], mirror)));
    const digests = made.map((written) => written.map(({ digest }) => digest));
    expect(digests).toEqual([digests[0], digests[0], digests[0]]);
  });

  test("refuses a file that is not a certificate", async () => {
    await writeFile(join(dir, "ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const error = await create({ kind: "oci", dir: join(dir, "base") }).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: "BASE_CONFIG_INVALID",
      message: `${join(dir, "ca.pem")} is not a file with certificates in PEM format`,
    });
  });

  test("refuses a certificate file that does not exist", async () => {
    await rm(join(dir, "ca.pem"));
    const error = await create({ kind: "oci", dir: join(dir, "base") }).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: "BASE_CONFIG_INVALID",
      message: `cannot read the certificate file ${join(dir, "ca.pem")}`,
      hint: 'Correct the path in "certificates" of base.toml (relative to the directory of base.toml), or in --ca-cert.',
    });
  });
});
