// @needs skopeo, umoci
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { TarEntry } from "../tar/entry.ts";
import { readImage, writeImage } from "./image-io.ts";
import { type BlobStore, openBlobStore } from "./layers/blob-store.ts";
import { createLayer } from "./layers/layer.ts";
import { hexOf } from "./model/digest.ts";
import type { Image } from "./model/image.ts";
import { appendLayers, emptyImage, withConfig, withLabels } from "./model/mutate.ts";
import { parseImageReference } from "./model/reference.ts";
import { validateImage } from "./model/validate.ts";
import { layoutName } from "./source/layout.ts";

let dir = "";
let store: BlobStore;
let image: Image;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-image-"));
  chmodSync(dir, 0o755);
  store = await openBlobStore(join(dir, "store"));
  image = await sample("content");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (path: string, content: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(content),
});
const directory = (path: string): TarEntry => ({ type: "directory", path, mode: 0o755, uid: 0, gid: 0 });

async function sample(content: string): Promise<Image> {
  const base = await createLayer(
    [directory("/etc"), file("/etc/os-release", "ID=test\n"), file("/etc/gone", "")],
    store,
  );
  const app = await createLayer([directory("/app"), file("/app/main", content), file("/etc/.wh.gone", "")], store);
  const config = { User: "1001:1000", Env: ["PATH=/bin"], Entrypoint: ["/app/main"], WorkingDir: "/app" };
  const layers = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [
    { layer: base },
    { layer: app, history: { created_by: "app" } },
  ]);
  return withLabels(withConfig(layers, config), { "io.example.b": "2", "io.example.a": "1" });
}

const at = (path: string) => parseImageReference(path.replace("DIR", dir));
const read = (path: string) => readImage(at(path));

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(
    command,
    args.map((arg) => arg.replace("DIR", dir)),
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

describe("an image", () => {
  test.for([
    "oci:DIR/out",
    "oci:DIR/out:name",
    "oci-archive:DIR/out.tar",
    "docker-archive:DIR/out.tar",
    "docker-archive:DIR/out.tar:app:1",
  ])("is unchanged after it is written and read as %j, where DIR is a directory", async (reference) => {
    const { manifestDigest } = await writeImage(image, at(reference));
    const copy = await read(reference);
    expect(await validateImage(copy)).toEqual([]);
    expect(copy.config).toEqual(image.config);
    expect(await writeImage(copy, at("oci:DIR/copy"))).toEqual({ manifestDigest });
  });

  test.for(["oci:DIR/out", "oci-archive:DIR/out.tar"])(
    "is written with identical bytes a second time as %j (DIR: a directory)",
    async (reference) => {
      const first = await writeImage(image, at(reference), { name: "app" });
      const bytes = (path: string) =>
        statSync(path).isFile() ? readFileSync(path) : readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
      const path = join(dir, reference.endsWith("tar") ? "out.tar" : "out");
      const before = bytes(path);
      expect(await writeImage(await sample("content"), at(reference), { name: "app" })).toEqual(first);
      expect(bytes(path)).toEqual(before);
    },
  );

  test("is read from a compressed archive without temporary files left behind", async () => {
    await writeImage(image, at("oci-archive:DIR/out.tar"));
    writeFileSync(join(dir, "out.tar.gz"), gzipSync(readFileSync(join(dir, "out.tar"))));
    // Other processes read archives in the shared temporary directory at the same time.
    const temporary = join(dir, "tmp");
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await validateImage(await read("oci-archive:DIR/out.tar.gz"))).toEqual([]);
    expect(await validateImage(await read("docker-archive:DIR/out.tar.gz"))).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("can be written to the location it was read from", async () => {
    await writeImage(image, at("oci:DIR/out"));
    const labelled = withLabels(await read("oci:DIR/out"), { added: "yes" });
    await writeImage(labelled, at("oci:DIR/out"));
    const copy = await read("oci:DIR/out");
    expect(await validateImage(copy)).toEqual([]);
    expect(copy.config.config?.Labels).toEqual({ "io.example.a": "1", "io.example.b": "2", added: "yes" });
  });
});

describe("for compatibility with other tools,", () => {
  const digestOf = async (reference: string) =>
    (await writeImage(image, at(reference), { name: "app:1" })).manifestDigest;

  test("skopeo inspects a layout that libcnb wrote", async () => {
    const digest = await digestOf("oci:DIR/out");
    expect(JSON.parse(run("skopeo", "inspect", "oci:DIR/out:app:1"))).toMatchObject({
      Digest: digest,
      Created: "1980-01-01T00:00:01Z",
      Architecture: "amd64",
      Os: "linux",
      Labels: { "io.example.a": "1", "io.example.b": "2" },
      Layers: image.layers.map((layer) => layer.digest),
    });
  });

  test("skopeo copies an archive that libcnb wrote to a layout and back, and libcnb reads the result", async () => {
    const digest = await digestOf("oci-archive:DIR/out.tar");
    run("skopeo", "--insecure-policy", "copy", "oci-archive:DIR/out.tar", "oci:DIR/skopeo:x");
    const copy = await read("oci:DIR/skopeo:x");
    expect(await validateImage(copy)).toEqual([]);
    expect((await writeImage(copy, at("oci:DIR/back"))).manifestDigest).toBe(digest);
  });

  test("skopeo reads libcnb's docker archive and libcnb reads skopeo's, with identical configurations", async () => {
    await digestOf("docker-archive:DIR/out.tar");
    run(
      "skopeo",
      "--insecure-policy",
      "copy",
      "docker-archive:DIR/out.tar:app:1",
      "docker-archive:DIR/skopeo.tar:other:2",
    );
    const copy = await read("docker-archive:DIR/skopeo.tar:other:2");
    expect(await validateImage(copy)).toEqual([]);
    await writeImage(copy, at("oci:DIR/out"));
    const config = (reference: string) => run("skopeo", "inspect", "--raw", "--config", reference);
    expect(config("oci:DIR/out")).toBe(config("docker-archive:DIR/out.tar:app:1"));
  });

  test("umoci unpacks a layout that libcnb wrote", async () => {
    await digestOf("oci:DIR/out");
    run("umoci", "unpack", "--rootless", "--image", "DIR/out:app:1", "DIR/bundle");
    expect(readFileSync(join(dir, "bundle/rootfs/app/main"), "utf8")).toBe("content");
    expect(existsSync(join(dir, "bundle/rootfs/etc/gone"))).toBe(false);
  });

  test("libcnb keeps the digest of an image in Docker's schema 2 in a layout, and converts the image to OCI when modifying it", async () => {
    await digestOf("oci:DIR/out");
    run("skopeo", "--insecure-policy", "copy", "--format", "v2s2", "oci:DIR/out:app:1", "dir:DIR/v2s2");
    const manifest = readFileSync(join(dir, "v2s2/manifest.json"));
    const index = {
      schemaVersion: 2,
      manifests: [
        {
          mediaType: JSON.parse(manifest.toString()).mediaType,
          digest: `sha256:${sha(manifest)}`,
          size: manifest.length,
        },
      ],
    };
    mkdirSync(join(dir, "layout/blobs/sha256"), { recursive: true });
    for (const name of readdirSync(join(dir, "v2s2")).filter((name) => name.length === 64))
      writeFileSync(join(dir, "layout/blobs/sha256", name), readFileSync(join(dir, "v2s2", name)));
    writeFileSync(join(dir, "layout/blobs/sha256", sha(manifest)), manifest);
    writeFileSync(join(dir, "layout/index.json"), JSON.stringify(index));

    const docker = await read("oci:DIR/layout");
    expect(await validateImage(docker)).toEqual([]);
    expect((await writeImage(docker, at("oci:DIR/same"))).manifestDigest).toBe(`sha256:${sha(manifest)}`);
    run("skopeo", "inspect", "oci:DIR/same");
    const changed = await writeImage(withLabels(docker, { a: "1" }), at("oci:DIR/changed"));
    expect(readFileSync(join(dir, "changed/blobs/sha256", hexOf(changed.manifestDigest)), "utf8")).not.toContain(
      "vnd.docker",
    );
    run("skopeo", "inspect", "oci:DIR/changed");
  });

  const sha = (bytes: Uint8Array) => spawnSync("sha256sum", { input: bytes, encoding: "utf8" }).stdout.slice(0, 64);
});

function make(path: string, ...names: string[]): void {
  mkdirSync(path);
  for (const name of names) writeFileSync(join(path, name), "");
}

describe("an OCI layout", () => {
  test("consists of exactly the expected files, with blobs linked to the store", async () => {
    const { manifestDigest } = await writeImage(image, at("oci:DIR/out"), { name: "registry.example/app:1" });
    const config = readFileSync(join(dir, "out/manifest.json"), "utf8").match(/"Config":"([^"]+)"/)?.[1] ?? "";
    const blobs = [
      ...image.layers.map(({ digest }) => `blobs/sha256/${hexOf(digest)}`),
      `blobs/sha256/${hexOf(manifestDigest)}`,
      config,
    ];
    expect(readdirSync(join(dir, "out"), { recursive: true, encoding: "utf8" }).sort()).toEqual(
      ["blobs", "blobs/sha256", ...blobs, "index.json", "manifest.json", "oci-layout"].sort(),
    );
    expect(JSON.parse(readFileSync(join(dir, "out/index.json"), "utf8"))).toEqual({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [
        {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: manifestDigest,
          size: statSync(join(dir, "out/blobs/sha256", hexOf(manifestDigest))).size,
          annotations: { "org.opencontainers.image.ref.name": "registry.example/app:1" },
          platform: { architecture: "amd64", os: "linux" },
        },
      ],
    });
    expect(JSON.parse(readFileSync(join(dir, "out/manifest.json"), "utf8"))).toEqual([
      {
        Config: config,
        RepoTags: ["registry.example/app:1"],
        Layers: image.layers.map(({ digest }) => `blobs/sha256/${hexOf(digest)}`),
      },
    ]);
    for (const { digest } of image.layers)
      expect(statSync(join(dir, "out/blobs/sha256", hexOf(digest))).ino).toBe(statSync(store.blobFile(digest)).ino);
    expect(await layoutName(join(dir, "out"))).toBe("registry.example/app:1");
  });

  test("replaces an older layout completely, without files left next to it", async () => {
    await writeImage(image, at("oci:DIR/out"));
    const { manifestDigest } = await writeImage(await sample("other content"), at("oci:DIR/out"));
    expect(readdirSync(join(dir, "out/blobs/sha256"))).toHaveLength(4);
    expect(existsSync(join(dir, "out/blobs/sha256", hexOf(manifestDigest)))).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(["out", "store"]);
  });

  test("has the content of exactly one writer if several write at once", async () => {
    const images = await Promise.all(["a", "b", "c", "d"].map(sample));
    await Promise.all(images.map((each) => writeImage(each, at("oci:DIR/out"))));
    expect(await validateImage(await read("oci:DIR/out"))).toEqual([]);
    expect(readdirSync(dir).sort()).toEqual(["out", "store"]);
  });

  test("can be written to an empty directory", async () => {
    mkdirSync(join(dir, "out"));
    await writeImage(image, at("oci:DIR/out"));
    expect(await validateImage(await read("oci:DIR/out"))).toEqual([]);
  });

  test.for<[string, (path: string) => void, string, string]>([
    [
      "a directory with unrelated files",
      (path) => make(path, "diary.txt"),
      "OUTPUT_NOT_A_LAYOUT",
      "it is neither empty nor an OCI layout",
    ],
    [
      "an OCI layout with unrelated files",
      (path) => make(path, "oci-layout", "index.json", "diary.txt"),
      "OUTPUT_NOT_A_LAYOUT",
      "it contains diary.txt in addition to an OCI layout",
    ],
    ["a regular file", (path) => writeFileSync(path, "diary"), "OUTPUT_NOT_A_LAYOUT", "it is a file"],
  ])("does not replace %s", async ([, prepare, code, why]) => {
    const path = join(dir, "out");
    prepare(path);
    await expect(writeImage(image, at("oci:DIR/out"))).rejects.toMatchObject({
      code,
      message: `cannot replace ${path} with an image: ${why}`,
    });
    expect(readdirSync(dir).sort()).toEqual(["out", "store"]);
  });

  test.for(["oci:DIR/file/out", "oci-archive:DIR/file/out.tar"])(
    "or archive that cannot be written is reported with path and reason, here for the output %j, where file is a regular file",
    async (reference) => {
      writeFileSync(join(dir, "file"), "");
      const path = join(dir, reference.endsWith("tar") ? "file/out.tar" : "file/out");
      await expect(writeImage(image, at(reference))).rejects.toMatchObject({
        code: "OUTPUT_UNWRITABLE",
        message: `cannot write ${path}: a part of the path is not a directory`,
      });
      expect(readdirSync(dir).sort()).toEqual(["file", "store"]);
    },
  );

  test("leaves no files behind on a full disk", async () => {
    const layer = await createLayer([file("/x", "y")], store);
    async function* full(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
    }
    const { file: _, ...detached } = { file: "", ...layer, compressed: full };
    const broken = appendLayers(image, [{ layer: detached }]);
    for (const reference of ["oci:DIR/out", "docker-archive:DIR/out.tar"])
      await expect(writeImage(broken, at(reference))).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
    expect(readdirSync(dir)).toEqual(["store"]);
  });
});

describe("reading an image fails with the reason for", () => {
  test.for<[string, () => unknown, string, string, string]>([
    [
      "a missing directory",
      () => 0,
      "oci:DIR/none",
      "IMAGE_NOT_FOUND",
      "DIR/none is not an OCI layout: it has no index.json",
    ],
    ["a missing archive", () => 0, "oci-archive:DIR/none", "IMAGE_NOT_FOUND", "cannot open oci-archive:DIR/none"],
    [
      "an image name that is not in the layout",
      () => 0,
      "oci:DIR/out:other",
      "IMAGE_NOT_FOUND",
      'oci:DIR/out has no image called "other"',
    ],
    [
      "an image name that is not in the archive",
      () => 0,
      "docker-archive:DIR/out.tar:other",
      "IMAGE_NOT_FOUND",
      'docker-archive:DIR/out.tar has no image called "other"',
    ],
    [
      "an index that is not JSON",
      () => writeFileSync(join(dir, "out/index.json"), "{"),
      "oci:DIR/out",
      "IMAGE_INVALID",
      "the index of oci:DIR/out is not JSON",
    ],
    [
      "an index with invalid fields",
      () =>
        writeFileSync(
          join(dir, "out/index.json"),
          '{"schemaVersion":1,"manifests":[{"mediaType":1,"digest":"sha256:../../x","size":-1}]}',
        ),
      "oci:DIR/out",
      "IMAGE_INVALID",
      "the index of oci:DIR/out is not valid: schemaVersion: Invalid type: Expected 2 but received 1; manifests.0.mediaType: Invalid type: Expected string but received 1; manifests.0.digest: expected a sha256 digest; manifests.0.size: Invalid value: Expected >=0 but received -1",
    ],
  ])("%s", async ([, damage, reference, code, message]) => {
    await writeImage(image, at("oci:DIR/out"), { name: "app" });
    await writeImage(image, at("docker-archive:DIR/out.tar"), { name: "app" });
    damage();
    await expect(read(reference)).rejects.toMatchObject({ code, message: message.replaceAll("DIR", dir) });
  });

  test("a layout without an image for the requested platform", async () => {
    await writeImage(image, at("oci:DIR/out"));
    const platform = { os: "linux", architecture: "arm64" };
    await expect(readImage(at("oci:DIR/out"), { platform })).rejects.toMatchObject({
      code: "IMAGE_PLATFORM_MISMATCH",
      message: `oci:${dir}/out has no image for linux/arm64, only for linux/amd64`,
    });
  });

  test("damaged layers, and the validation lists each of them", async () => {
    await writeImage(image, at("oci:DIR/out"));
    const [first, second] = image.layers.map(({ digest }) => join(dir, "out/blobs/sha256", hexOf(digest))) as [
      string,
      string,
    ];
    unlinkSync(first);
    writeFileSync(first, "");
    unlinkSync(second);
    writeFileSync(second, "x");
    const copy = await read("oci:DIR/out");
    expect(await validateImage(copy)).toEqual([
      ...["digest", "size", "diffID"].map((what) => expect.stringMatching(`^layer 0: ${what} is stated as`)),
      ...["digest", "size", "diffID"].map((what) => expect.stringMatching(`^layer 1: ${what} is stated as`)),
    ]);
    await expect(writeImage(copy, at("oci:DIR/copy"))).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
    expect(existsSync(join(dir, "copy"))).toBe(false);
  });

  test("a configuration that does not match the layers", async () => {
    const wrong: Image = {
      ...image,
      config: { ...image.config, rootfs: { type: "layers", diff_ids: [...image.config.rootfs.diff_ids].reverse() } },
    };
    const [first, second] = image.config.rootfs.diff_ids;
    expect(await validateImage(wrong)).toEqual([
      `configuration: layer 0: diffID is stated as ${second} but is ${first}`,
      `configuration: layer 1: diffID is stated as ${first} but is ${second}`,
    ]);
  });
});

describe("reading an index selects the image", () => {
  test.for<[string, string | undefined, string]>([
    ["for the requested platform", "arm64", "arm64"],
    ["for this machine if no platform is requested", undefined, process.arch === "arm64" ? "arm64" : "amd64"],
  ])("%s", async ([, architecture, expected]) => {
    const manifests = [];
    for (const arch of ["arm64", "amd64"]) {
      await writeImage({ ...image, config: { ...image.config, architecture: arch } }, at(`oci:DIR/${arch}`));
      manifests.push(JSON.parse(readFileSync(join(dir, arch, "index.json"), "utf8")).manifests[0]);
      spawnSync("cp", ["-r", `${join(dir, arch)}/.`, join(dir, "multi")]);
    }
    writeFileSync(join(dir, "multi/index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
    const options = architecture === undefined ? {} : { platform: { os: "linux", architecture } };
    expect((await readImage(at("oci:DIR/multi"), options)).config.architecture).toBe(expected);
    await expect(readImage(at("oci:DIR/multi"), { platform: { os: "linux", architecture: "s390x" } })).rejects.toThrow(
      `oci:${dir}/multi has no image for linux/s390x, only for linux/arm64, linux/amd64`,
    );
  });
});

test("writing to a read-only directory is an error for an ordinary user", async (context) => {
  if (process.getuid?.() !== 0 && !process.env.CI) context.skip("needs root to become somebody else");
  const program = `
    import { readImage, writeImage } from ${JSON.stringify(new URL("./image-io.ts", import.meta.url).href)};
    const image = await readImage({ kind: "oci", dir: ${JSON.stringify(join(dir, "out"))} });
    process.setuid(65534);
    await writeImage(image, { kind: "oci", dir: ${JSON.stringify(join(dir, "denied/app"))} }).catch((error) => console.log(error.code + ": " + error.message));`;
  await writeImage(image, at("oci:DIR/out"));
  mkdirSync(join(dir, "denied"), 0o755);
  const { stdout } = spawnSync(
    process.execPath,
    ["--conditions=@libcnb/source", "--input-type=module", "-e", program],
    { encoding: "utf8" },
  );
  expect(stdout).toBe(`OUTPUT_UNWRITABLE: cannot write ${dir}/denied/app: permission denied\n`);
});

test("writing an output below /proc is refused", async () => {
  await expect(
    writeImage(emptyImage({ os: "linux", architecture: "amd64" }), { kind: "oci", dir: "/proc/absent/app" }),
  ).rejects.toMatchObject({
    code: "OUTPUT_UNWRITABLE",
    message: "cannot write /proc/absent/app: operation not permitted",
  });
});
