import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import * as openpgp from "openpgp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CnbError } from "../errors.ts";
import { openBlobStore } from "../oci/blob-store.ts";
import { serializeImage } from "../oci/serialize.ts";
import { recordingReporter } from "../reporter.ts";
import type { TarEntry } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { tarStream } from "../tar/write.ts";
import { emptyBaseToml, planBase } from "./base-plan.ts";
import { type CreateBaseOptions, createBase } from "./create-base.ts";

/** A whole archive, path to bytes, as a mirror serves it. */
type Archive = Map<string, Uint8Array>;
type SigningKey = openpgp.PrivateKey;

const now = Date.parse("2030-01-15T00:00:00Z");
let dir: string;
let archiveKey: SigningKey;
let strangerKey: SigningKey;

beforeAll(async () => {
  const generate = async (name: string) => {
    const date = new Date("2030-01-01T00:00:00Z");
    const { privateKey } = await openpgp.generateKey({
      type: "curve25519",
      userIDs: [{ name }],
      format: "object",
      date,
    });
    return privateKey;
  };
  [archiveKey, strangerKey] = await Promise.all([generate("Archive"), generate("Stranger")]);
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-base-"));
  return () => rm(dir, { recursive: true, force: true });
});

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => void server.close()));

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const ordinary = { uid: 0, gid: 0 };
const file = (path: string, text: string, mode = 0o644): TarEntry => ({
  ...ordinary,
  type: "file",
  path: `./${path}`,
  mode,
  content: Buffer.from(text),
});
const folder = (path: string, mode = 0o755): TarEntry => ({ ...ordinary, type: "directory", path: `./${path}`, mode });
const link = (path: string, target: string): TarEntry => ({
  ...ordinary,
  type: "symlink",
  path: `./${path}`,
  mode: 0o777,
  target,
});
const hardlink = (path: string, target: string): TarEntry => ({
  ...ordinary,
  type: "hardlink",
  path: `./${path}`,
  mode: 0o755,
  target: `./${target}`,
});

/** A `.deb` by hand: an `ar` archive of three members. */
async function deb(control: string, entries: readonly TarEntry[], compress: "gz" | "zst" | "" = "gz"): Promise<Buffer> {
  const pack = { gz: gzipSync, zst: zstdCompressSync, "": (bytes: Buffer) => bytes }[compress];
  const members: [string, Buffer][] = [
    ["debian-binary", Buffer.from("2.0\n")],
    [
      "control.tar.gz",
      gzipSync(await bytesOf(tarStream([file("control", control), file("postinst", "#!/bin/sh\nexit 1\n", 0o755)]))),
    ],
    [`data.tar${compress && `.${compress}`}`, pack(await bytesOf(tarStream(entries)))],
  ];
  const parts = members.flatMap(([name, data]) => {
    const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(data.length).padEnd(10)}\`\n`;
    return [Buffer.from(header), data, Buffer.alloc(data.length % 2, "\n")];
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

interface TestPackage {
  readonly name: string;
  readonly fields?: string;
  readonly entries: readonly TarEntry[];
  readonly compress?: "gz" | "zst" | "";
}

interface ArchiveOptions {
  readonly release?: string;
  readonly keys?: readonly SigningKey[];
}

async function archiveOf(
  packages: readonly TestPackage[],
  { release = "", keys = [archiveKey] }: ArchiveOptions = {},
): Promise<Archive> {
  const archive: Archive = new Map();
  const stanzas: string[] = [];
  for (const { name, fields = "", entries, compress } of packages) {
    const control = `Package: ${name}\nVersion: 1.0-1\nArchitecture: amd64\n${fields}`;
    const bytes = await deb(control, entries, compress);
    const path = `pool/main/${name}_1.0-1_amd64.deb`;
    archive.set(path, bytes);
    stanzas.push(`${control}${fields ? "\n" : ""}Filename: ${path}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`);
  }
  const index = gzipSync(stanzas.join("\n"));
  archive.set("dists/test/main/binary-amd64/Packages.gz", index);
  const header = `Origin: Debian\nSuite: stable\nCodename: test\nVersion: 12.3\nArchitectures: amd64\nComponents: main\n${release}`;
  const text = `${header}SHA256:\n ${sha256(index)} ${index.length} main/binary-amd64/Packages.gz\n`;
  archive.set("dists/test/InRelease", Buffer.from(await clearSigned(text, keys)));
  return archive;
}

async function clearSigned(text: string, keys: readonly SigningKey[]): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  return openpgp.sign({ message, signingKeys: [...keys], date: new Date("2030-01-10T00:00:00Z") });
}

/** Puts the archive into a folder and gives its URL. */
async function published(archive: Archive): Promise<string> {
  for (const [path, bytes] of archive) {
    await mkdir(join(dir, "mirror", path, ".."), { recursive: true });
    await writeFile(join(dir, "mirror", path), bytes);
  }
  return `file://${dir}/mirror`;
}

async function served(archive: Archive): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    requests.push(url.slice(1));
    const bytes = archive.get(url.slice(1));
    response.writeHead(bytes ? 200 : 404).end(bytes ?? "not here");
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

interface Wanted {
  readonly packages?: readonly string[];
  readonly build?: readonly string[];
  readonly run?: readonly string[];
  readonly suite?: string;
  readonly options?: Partial<CreateBaseOptions>;
}

const noFlags = { package: [], buildPackage: [], runPackage: [], without: [], component: [], mirror: [] };

async function created(
  mirror: string,
  { packages = ["demo"], build = [], run = [], suite = "test", options }: Wanted = {},
) {
  const keyring = join(dir, "keyring.gpg");
  await writeFile(keyring, archiveKey.toPublic().write());
  const flags = {
    ...noFlags,
    suite,
    package: packages,
    buildPackage: build,
    runPackage: run,
    mirror: [mirror],
    keyring,
  };
  return createBase(planBase(flags, emptyBaseToml(), [], "x64"), {
    reporter: recordingReporter(),
    env: {},
    cacheDir: join(dir, "cache"),
    store: await openBlobStore(join(dir, "blobs")),
    now,
    ...options,
  });
}

async function failure(promise: Promise<unknown>): Promise<CnbError> {
  const error = await promise.then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  return error as CnbError;
}

const filesOf = async (layer: { uncompressed(): AsyncIterable<Uint8Array> }) =>
  (await readTar(layer.uncompressed())).map(
    (entry) =>
      `${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${entry.path}${"target" in entry ? ` -> ${entry.target}` : ""}${entry.type === "directory" ? "/" : ""}`,
  );

const demo: TestPackage = {
  name: "demo",
  entries: [
    folder("bin"),
    file("bin/demo", "#!demo", 0o755),
    hardlink("bin/a-demo", "bin/demo"),
    folder("usr/share/doc/demo"),
    file("usr/share/doc/demo/copyright", "free"),
    file("usr/share/doc/demo/changelog.gz", "old news"),
    file("usr/share/man/man1/demo.1.gz", "how to"),
    file("usr/share/ca-certificates/mozilla/B.crt", "B"),
    file("usr/share/ca-certificates/mozilla/A.crt", "A\n"),
  ],
};
const tool: TestPackage = {
  name: "tool",
  fields: "Depends: library",
  entries: [file("usr/bin/tool", "tool", 0o4755)],
  compress: "zst",
};
const library: TestPackage = {
  name: "library",
  entries: [file("lib/library.so", "so"), link("lib/library.so.1", "library.so")],
  compress: "",
};

describe("base images", () => {
  test("share a layer and have one of their own each", async () => {
    const { build, run } = await created(await published(await archiveOf([demo, tool, library])), { build: ["tool"] });
    expect(build.layers[0]?.diffId).toBe(run.layers[0]?.diffId);
    expect(await filesOf(build.layers[0] as never)).toMatchInlineSnapshot(`
      [
        "777 0:0 bin -> usr/bin",
        "755 0:0 dev/",
        "755 0:0 etc/",
        "644 0:0 etc/group",
        "644 0:0 etc/hosts",
        "644 0:0 etc/nsswitch.conf",
        "644 0:0 etc/passwd",
        "755 0:0 etc/ssl/",
        "755 0:0 etc/ssl/certs/",
        "644 0:0 etc/ssl/certs/ca-certificates.crt",
        "755 0:0 home/",
        "777 0:0 lib -> usr/lib",
        "777 0:0 lib64 -> usr/lib64",
        "755 0:0 media/",
        "755 0:0 mnt/",
        "755 0:0 opt/",
        "755 0:0 proc/",
        "700 0:0 root/",
        "755 0:0 run/",
        "1777 0:0 run/lock/",
        "777 0:0 sbin -> usr/sbin",
        "755 0:0 srv/",
        "755 0:0 sys/",
        "1777 0:0 tmp/",
        "755 0:0 usr/",
        "755 0:0 usr/bin/",
        "755 0:0 usr/bin/a-demo",
        "755 0:0 usr/bin/demo -> usr/bin/a-demo",
        "755 0:0 usr/lib/",
        "755 0:0 usr/lib64/",
        "755 0:0 usr/local/",
        "755 0:0 usr/local/bin/",
        "755 0:0 usr/local/lib/",
        "755 0:0 usr/local/sbin/",
        "755 0:0 usr/local/share/",
        "755 0:0 usr/sbin/",
        "755 0:0 usr/share/",
        "755 0:0 usr/share/ca-certificates/",
        "755 0:0 usr/share/ca-certificates/mozilla/",
        "644 0:0 usr/share/ca-certificates/mozilla/A.crt",
        "644 0:0 usr/share/ca-certificates/mozilla/B.crt",
        "755 0:0 usr/share/doc/",
        "755 0:0 usr/share/doc/demo/",
        "644 0:0 usr/share/doc/demo/copyright",
        "755 0:0 var/",
        "755 0:0 var/lib/",
        "755 0:0 var/lib/dpkg/",
        "755 0:0 var/lib/dpkg/status.d/",
        "644 0:0 var/lib/dpkg/status.d/demo",
        "777 0:0 var/lock -> /run/lock",
        "777 0:0 var/run -> /run",
        "1777 0:0 var/tmp/",
      ]
    `);
    expect(await filesOf(build.layers[1] as never)).toMatchInlineSnapshot(`
      [
        "644 0:0 etc/group",
        "644 0:0 etc/passwd",
        "755 1001:1000 home/cnb/",
        "4755 0:0 usr/bin/tool",
        "644 0:0 usr/lib/library.so",
        "777 0:0 usr/lib/library.so.1 -> library.so",
        "644 0:0 var/lib/dpkg/status.d/library",
        "644 0:0 var/lib/dpkg/status.d/tool",
      ]
    `);
    expect(await filesOf(run.layers[1] as never)).toMatchInlineSnapshot(`
      [
        "644 0:0 etc/group",
        "644 0:0 etc/passwd",
        "755 1002:1000 home/cnb/",
      ]
    `);
    expect(build.config).toMatchInlineSnapshot(`
      {
        "architecture": "amd64",
        "config": {
          "Env": [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "CNB_USER_ID=1001",
            "CNB_GROUP_ID=1000",
            "CNB_STACK_ID=libcnb.base.test",
          ],
          "Labels": {
            "io.buildpacks.base.distro.name": "debian",
            "io.buildpacks.base.distro.version": "12",
            "io.buildpacks.base.id": "libcnb.base.test",
            "io.buildpacks.base.metadata": "{"packages":[{"name":"demo","version":"1.0-1"},{"name":"library","version":"1.0-1"},{"name":"tool","version":"1.0-1"}]}",
            "io.buildpacks.stack.id": "libcnb.base.test",
            "io.buildpacks.stack.mixins": "["build:library","build:tool","demo"]",
          },
          "User": "1001:1000",
        },
        "created": "1980-01-01T00:00:01Z",
        "history": [
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of test in both images",
          },
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of this image, accounts",
          },
        ],
        "os": "linux",
        "rootfs": {
          "diff_ids": [
            "sha256:b482d30b970d8564c1c856d9069edf09456038a0ad7e93fa89f89f5d0634bbe1",
            "sha256:6f6d1810fab96c443b946e07135a48a8e41913b3939d66fd5be77c9a4c9938a8",
          ],
          "type": "layers",
        },
      }
    `);
    expect(run.config).toMatchInlineSnapshot(`
      {
        "architecture": "amd64",
        "config": {
          "Env": [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          ],
          "Labels": {
            "io.buildpacks.base.distro.name": "debian",
            "io.buildpacks.base.distro.version": "12",
            "io.buildpacks.base.id": "libcnb.base.test",
            "io.buildpacks.base.metadata": "{"packages":[{"name":"demo","version":"1.0-1"}]}",
            "io.buildpacks.rebasable": "true",
            "io.buildpacks.stack.id": "libcnb.base.test",
            "io.buildpacks.stack.mixins": "["demo"]",
          },
          "User": "1002:1000",
        },
        "created": "1980-01-01T00:00:01Z",
        "history": [
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of test in both images",
          },
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of this image, accounts",
          },
        ],
        "os": "linux",
        "rootfs": {
          "diff_ids": [
            "sha256:b482d30b970d8564c1c856d9069edf09456038a0ad7e93fa89f89f5d0634bbe1",
            "sha256:56fb297f505624d11bae1b60451515b14f9bc06f200b77b635429374964d4d31",
          ],
          "type": "layers",
        },
      }
    `);
  });

  test("have the certificates of the packages in one bundle, sorted", async () => {
    const { run } = await created(await published(await archiveOf([demo])));
    const entries = await readTar(
      (run.layers[0] as never as { uncompressed(): AsyncIterable<Uint8Array> }).uncompressed(),
    );
    const bundle = entries.find(({ path }) => path === "etc/ssl/certs/ca-certificates.crt");
    expect(bundle?.type === "file" && bundle.content.toString()).toBe("A\nB\n");
  });

  test("have the same digests from other folders and in another order", async () => {
    const mirror = await published(await archiveOf([demo, tool, library]));
    const digests = async (wanted: Wanted, name: string) => {
      const options = { cacheDir: join(dir, name), store: await openBlobStore(join(dir, `${name}-blobs`)) };
      const { build, run } = await created(mirror, { ...wanted, options });
      return [build, run].map((image) => serializeImage(image).manifestDigest);
    };
    const first = await digests({ packages: ["demo", "library"], build: ["tool"] }, "one");
    expect(await digests({ packages: ["library", "demo", "demo"], build: ["tool", "demo"] }, "two")).toEqual(first);
  });

  test("are made from a mirror over HTTP, by hash where it can, and fetch each file once", async () => {
    const archive = await archiveOf([demo], { release: "Acquire-By-Hash: yes\n" });
    const index = archive.get("dists/test/main/binary-amd64/Packages.gz") as Uint8Array;
    const byHash = `dists/test/main/binary-amd64/by-hash/SHA256/${sha256(index)}`;
    archive.set(byHash, index);
    const { url, requests } = await served(archive);
    await created(url);
    await created(url);
    const deb = "pool/main/demo_1.0-1_amd64.deb";
    expect(requests).toEqual(["dists/test/InRelease", byHash, deb, "dists/test/InRelease"]);
  });

  test("are taken from the cache while the archive is unchanged, and made again when a layer is lost", async () => {
    const { url } = await served(await archiveOf([demo]));
    const steps = async () => {
      const reporter = recordingReporter();
      const { run } = await created(url, { options: { reporter } });
      return [reporter.lines.slice(1), serializeImage(run).manifestDigest] as const;
    };
    const [made, digest] = await steps();
    expect(made[0]).toBe("info: Fetching test/main (0.1 MB)");
    const recalled = ["info: The archive offers what it did last time: the images are taken from the cache"];
    expect(await steps()).toEqual([recalled, digest]);
    await rm(join(dir, "blobs"), { recursive: true });
    const again = ["step: Unpacking 1 packages for both images, 0 more for build, 0 for run"];
    expect(await steps()).toEqual([again, digest]);
  });

  test("are made from a mirror without by-hash folders, too", async () => {
    const { url, requests } = await served(await archiveOf([demo], { release: "Acquire-By-Hash: yes\n" }));
    await created(url);
    expect(requests.at(-2)).toBe("dists/test/main/binary-amd64/Packages.gz");
  });

  test("fetch a package again that is damaged in the cache", async () => {
    const { url, requests } = await served(await archiveOf([demo]));
    const first = await created(url);
    const cached = join(dir, "cache/debs", (await readdir(join(dir, "cache/debs")))[0] ?? "");
    await writeFile(cached, "damaged");
    await rm(join(dir, "cache/images"), { recursive: true });
    const second = await created(url);
    expect(requests.filter((path) => path.startsWith("pool/"))).toHaveLength(2);
    expect(serializeImage(second.run).manifestDigest).toBe(serializeImage(first.run).manifestDigest);
  });
});

/** Changes an archive after it was signed. */
type Tampering = (archive: Archive) => void | Promise<void>;
const edit =
  (path: string, change: (text: string) => string): Tampering =>
  (archive) =>
    void archive.set(path, Buffer.from(change(Buffer.from(archive.get(path) ?? "").toString("latin1")), "latin1"));
const inRelease = "dists/test/InRelease";

describe("an archive is refused when", () => {
  test.for<
    [
      string,
      { packages?: TestPackage[]; release?: string; keys?: () => SigningKey[]; tamper?: Tampering; wanted?: Wanted },
      string,
      string,
    ]
  >([
    [
      "its index was changed after signing",
      { tamper: edit(inRelease, (text) => text.replace("12.3", "12.4")) },
      "BASE_SIGNATURE_INVALID",
      "the signature of MIRROR/dists/test/InRelease by key KEY is not valid",
    ],
    [
      "a stranger signed it",
      { keys: () => [strangerKey] },
      "BASE_SIGNATURE_UNKNOWN_KEY",
      "MIRROR/dists/test/InRelease is signed by STRANGER, which is not in DIR/keyring.gpg",
    ],
    [
      "nobody signed it",
      { tamper: edit(inRelease, () => "Codename: test\n") },
      "BASE_SIGNATURE_INVALID",
      "MIRROR/dists/test/InRelease is not a signed file",
    ],
    [
      "the signature is cut off",
      { tamper: edit(inRelease, (text) => text.slice(0, text.indexOf("-----BEGIN PGP SIGNATURE"))) },
      "BASE_SIGNATURE_INVALID",
      "MIRROR/dists/test/InRelease is not a signed file",
    ],
    [
      "it has expired",
      { release: "Valid-Until: Mon, 14 Jan 2030 00:00:00 UTC\n" },
      "BASE_RELEASE_EXPIRED",
      "MIRROR/dists/test/InRelease was valid until Mon, 14 Jan 2030 00:00:00 UTC",
    ],
    [
      "its date of expiry cannot be read",
      { release: "Valid-Until: soon\n" },
      "BASE_RELEASE_EXPIRED",
      "MIRROR/dists/test/InRelease was valid until soon",
    ],
    [
      "it is of another suite",
      {
        tamper: (archive) => void archive.set("dists/other/InRelease", archive.get(inRelease) as Uint8Array),
        wanted: { suite: "other" },
      },
      "BASE_RELEASE_MISMATCH",
      "MIRROR/dists/other/InRelease is of stable or test, not of other",
    ],
    [
      "its package index was changed",
      {
        tamper: (archive) => void archive.set("dists/test/main/binary-amd64/Packages.gz", gzipSync("Package: evil\n")),
      },
      "BASE_CHECKSUM_MISMATCH",
      "MIRROR/dists/test/main/binary-amd64/Packages.gz is not the file that the signed index names",
    ],
    [
      "a package was changed",
      { tamper: edit("pool/main/demo_1.0-1_amd64.deb", (text) => text.replace(/.$/s, "!")) },
      "BASE_CHECKSUM_MISMATCH",
      "MIRROR/pool/main/demo_1.0-1_amd64.deb is not the file that the signed index names",
    ],
    [
      "a package is missing",
      { tamper: (archive) => void archive.delete("pool/main/demo_1.0-1_amd64.deb") },
      "BASE_DOWNLOAD_FAILED",
      "cannot fetch MIRROR/pool/main/demo_1.0-1_amd64.deb",
    ],
    [
      "a package leads out of the image",
      { packages: [{ name: "demo", entries: [file("../evil", "x")] }] },
      "BASE_PACKAGE_INVALID",
      `the package demo cannot be unpacked: "./../evil" leads out of the file system`,
    ],
    [
      "packages disagree about a file",
      {
        packages: [
          demo,
          { name: "other", entries: [file("usr/bin/demo", "other"), file("usr/share/doc/demo/copyright", "free")] },
        ],
        wanted: { packages: ["demo", "other"] },
      },
      "BASE_FILE_CONFLICT",
      "packages have different files of the same name:\n  /usr/bin/demo is in demo and in other",
    ],
  ])("%s", async ([, { packages = [demo], release, keys, tamper, wanted }, code, message]) => {
    const archive = await archiveOf(packages, { ...(release && { release }), ...(keys && { keys: keys() }) });
    await tamper?.(archive);
    const mirror = await published(archive);
    const error = await failure(created(mirror, wanted));
    const id = (key: SigningKey) => key.getKeyID().toHex().toUpperCase();
    const text = error.message
      .replaceAll(mirror, "MIRROR")
      .replaceAll(dir, "DIR")
      .replaceAll(id(archiveKey), "KEY")
      .replaceAll(id(strangerKey), "STRANGER");
    expect([error.code, text]).toEqual([code, message]);
    expect(
      (await readdir(join(dir, "cache"), { recursive: true })).filter((name) => /partial|release-/.test(name)),
    ).toEqual([]);
  });

  test("text around the signed part is not read", async () => {
    const archive = await archiveOf([demo]);
    edit(inRelease, (text) => `Codename: evil\n\n${text}\nCodename: evil\n`)(archive);
    const error = await failure(created(await published(archive)));
    expect(error.code).toBe("BASE_SIGNATURE_INVALID");
  });

  test("but not when one of several signatures is good, or an expired one is allowed", async () => {
    const archive = await archiveOf([demo], {
      keys: [strangerKey, archiveKey],
      release: "Valid-Until: Mon, 14 Jan 2030 00:00:00 UTC\n",
    });
    const { run } = await created(await published(archive), { options: { allowExpired: true } });
    expect(run.layers).toHaveLength(2);
  });

  test("nobody answers at the mirror", async () => {
    const { url } = await served(new Map());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const error = await failure(created(url));
    expect([error.code, error.message, error.hint]).toEqual([
      "BASE_DOWNLOAD_FAILED",
      `cannot fetch ${url}/dists/test/InRelease`,
      "Check the network and the proxy variables, or give another mirror with --mirror URL.",
    ]);
    expect((error.cause as { code?: string }).code).toBe("DOWNLOAD_FAILED");
  });

  test("its signer's keyring is a file of another kind", async () => {
    const keyring = join(dir, "keys");
    await writeFile(keyring, "not a keyring");
    const flags = { ...noFlags, suite: "test", package: ["demo"], mirror: ["file:///nowhere"], keyring };
    const store = await openBlobStore(join(dir, "blobs"));
    const promise = createBase(planBase(flags, emptyBaseToml(), [], "x64"), {
      reporter: recordingReporter(),
      env: {},
      cacheDir: dir,
      store,
      now,
    });
    const error = await failure(promise);
    expect([error.code, error.message]).toEqual(["BASE_KEYRING_INVALID", `${keyring} is not an OpenPGP keyring`]);
  });
});

describe("packages that replace files of others", () => {
  const old: TestPackage = { name: "a-old", entries: [file("usr/bin/x", "old")] };
  test.for<[string, TestPackage[], string]>([
    [
      "win when they come later",
      [old, { name: "b-new", fields: "Replaces: a-old (<< 2)", entries: [file("usr/bin/x", "new")] }],
      "new",
    ],
    [
      "win when they come first",
      [{ name: "0-new", fields: "Replaces: a-old", entries: [file("usr/bin/x", "new")] }, old],
      "new",
    ],
  ])("%s", async ([, packages, content]) => {
    const { run } = await created(await published(await archiveOf(packages)), {
      packages: packages.map(({ name }) => name),
    });
    const entries = await readTar(
      (run.layers[0] as never as { uncompressed(): AsyncIterable<Uint8Array> }).uncompressed(),
    );
    const found = entries.find(({ path }) => path === "usr/bin/x");
    expect(found?.type === "file" && found.content.toString()).toBe(content);
  });
});
