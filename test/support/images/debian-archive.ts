import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import * as openpgp from "openpgp";
import { onTestFinished } from "vitest";
import { type LoadedFiles, planBase } from "../../../builder-packager/src/base/base-plan.ts";
import { parseBaseToml } from "../../../builder-packager/src/base/base-toml.ts";
import { createBase } from "../../../builder-packager/src/base/create-base.ts";
import type { CreateBaseOptions } from "../../../builder-packager/src/base/create-options.ts";
import type { BaseFlags } from "../../../builder-packager/src/base/flag-values.ts";
import { openBlobStore } from "../../../builder-packager/src/oci/layers/blob-store.ts";
import type { Image, Layer } from "../../../builder-packager/src/oci/model/image.ts";
import type { ImageIndex } from "../../../builder-packager/src/oci/model/image-index.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import type { TarEntry } from "../../../builder-packager/src/tar/entry.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { tarStream } from "../../../builder-packager/src/tar/write.ts";

/** A whole archive, path to bytes, as a mirror serves it. */
export type Archive = Map<string, Uint8Array>;
export type SigningKey = openpgp.PrivateKey;

/** When the tests say it is. */
export const now = Date.parse("2020-01-15T00:00:00Z");

async function generateKey(name: string): Promise<SigningKey> {
  const date = new Date("2020-01-01T00:00:00Z");
  const { privateKey } = await openpgp.generateKey({ type: "curve25519", userIDs: [{ name }], format: "object", date });
  return privateKey;
}

/** The key that the tests' keyring has, and another one. */
export const archiveKey = await generateKey("Archive");
export const strangerKey = await generateKey("Stranger");

const servers: Server[] = [];

/** A directory for one test, for its `beforeEach`. It goes after the test, with the servers that `served` has opened. */
export async function archiveDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "cnb-base-"));
  onTestFinished(async () => {
    await closeServers();
    await rm(dir, { recursive: true, force: true });
  });
  return dir;
}

/** Closes the servers that `served` has opened. */
export async function closeServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const root = { uid: 0, gid: 0 };
export const file = (path: string, text: string, mode = 0o644): TarEntry => ({
  ...root,
  type: "file",
  path: `./${path}`,
  mode,
  content: Buffer.from(text),
});
export const folder = (path: string, mode = 0o755): TarEntry => ({
  ...root,
  type: "directory",
  path: `./${path}`,
  mode,
});
export const link = (path: string, target: string): TarEntry => ({
  ...root,
  type: "symlink",
  path: `./${path}`,
  mode: 0o777,
  target,
});
export const hardlink = (path: string, target: string): TarEntry => ({
  ...root,
  type: "hardlink",
  path: `./${path}`,
  mode: 0o755,
  target: `./${target}`,
});

export interface TestPackage {
  readonly name: string;
  readonly fields?: string;
  readonly entries: readonly TarEntry[];
  readonly compress?: "gz" | "zst" | "";
  /** @default 1.0-1 */
  readonly version?: string;
  /** More files of the control archive. */
  readonly controlFiles?: readonly TarEntry[];
}

const controlOf = ({ name, fields = "", version = "1.0-1" }: TestPackage, architecture: string): string =>
  `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\n${fields}`;

/** A `.deb` by hand: an `ar` archive of three members. */
export async function debOf(item: TestPackage, architecture = "amd64"): Promise<Buffer> {
  const { entries, compress = "gz", controlFiles = [] } = item;
  const pack = { gz: gzipSync, zst: zstdCompressSync, "": (bytes: Buffer) => bytes }[compress];
  const postinst = file("postinst", "#!/bin/sh\nexit 1\n", 0o755);
  const control = [file("control", controlOf(item, architecture)), postinst, ...controlFiles];
  return arOf([
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.gz", gzipSync(await bytesOf(tarStream(control)))],
    [`data.tar${compress && `.${compress}`}`, pack(await bytesOf(tarStream(entries)))],
  ]);
}

/** An `ar` archive. */
export function arOf(members: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const parts = members.flatMap(([name, data]) => {
    const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(data.length).padEnd(10)}\`\n`;
    return [Buffer.from(header), data, Buffer.alloc(data.length % 2, "\n")];
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

interface ArchiveOptions {
  readonly release?: string;
  readonly keys?: readonly SigningKey[];
  /** @default amd64 */
  readonly architectures?: readonly string[];
}

/** An archive of suite `test` with these packages, signed. */
export async function archiveOf(
  packages: readonly TestPackage[],
  { release = "", keys = [archiveKey], architectures = ["amd64"] }: ArchiveOptions = {},
): Promise<Archive> {
  const archive: Archive = new Map();
  const lines: string[] = [];
  for (const architecture of architectures) {
    const index = await addPackages(archive, packages, architecture);
    const path = `main/binary-${architecture}/Packages.gz`;
    archive.set(`dists/test/${path}`, index);
    lines.push(` ${sha256(index)} ${index.length} ${path}\n`);
  }
  const header = `Origin: Debian\nSuite: stable\nCodename: test\nVersion: 12.3\nArchitectures: ${architectures.join(" ")}\nComponents: main\n${release}`;
  archive.set("dists/test/InRelease", Buffer.from(await clearSigned(`${header}SHA256:\n${lines.join("")}`, keys)));
  return archive;
}

/** Puts packages into the pool and gives their index. */
async function addPackages(archive: Archive, packages: readonly TestPackage[], architecture: string): Promise<Buffer> {
  const stanzas: string[] = [];
  for (const item of packages) {
    const bytes = await debOf(item, architecture);
    const path = `pool/main/${item.name}_${item.version ?? "1.0-1"}_${architecture}.deb`;
    archive.set(path, bytes);
    const control = controlOf(item, architecture);
    stanzas.push(
      `${control}${item.fields ? "\n" : ""}Filename: ${path}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`,
    );
  }
  return gzipSync(stanzas.join("\n"));
}

async function clearSigned(text: string, keys: readonly SigningKey[]): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  return openpgp.sign({ message, signingKeys: [...keys], date: new Date("2020-01-10T00:00:00Z") });
}

/** Image files as text: `644 0:0 etc/group`. */
export async function listed(layer: Layer | undefined): Promise<string[]> {
  const entries = layer ? await readTar(layer.uncompressed()) : [];
  return entries.map((entry) => {
    const target = "target" in entry ? ` -> ${entry.target}` : "";
    const end = entry.type === "directory" ? "/" : "";
    return `${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${entry.path}${target}${end}`;
  });
}

/** All files of an image by their paths, upper layers over lower ones; links as their targets. */
export async function filesOf(image: Image): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for (const layer of image.layers) {
    for (const entry of await readTar(layer.uncompressed())) {
      if (entry.type === "file" && entry.content instanceof Uint8Array)
        files[entry.path] = Buffer.from(entry.content).toString();
      else if ("target" in entry) files[entry.path] = `-> ${entry.target}`;
    }
  }
  return files;
}

/** Puts the archive into a directory and gives its URL. */
export async function published(archive: Archive, dir: string): Promise<string> {
  for (const [path, bytes] of archive) {
    await mkdir(join(dir, "mirror", path, ".."), { recursive: true });
    await writeFile(join(dir, "mirror", path), bytes);
  }
  return `file://${dir}/mirror`;
}

/** Serves the archive by HTTP and keeps what was asked for. */
export async function served(archive: Archive): Promise<{ readonly url: string; readonly requests: string[] }> {
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

export interface RequestedPackage {
  readonly packages?: readonly string[];
  readonly build?: readonly string[];
  readonly run?: readonly string[];
  readonly suite?: string;
  readonly options?: Partial<CreateBaseOptions>;
  /** More of the command line. */
  readonly flags?: BaseFlags;
  /** The text of `base.toml`. */
  readonly config?: string;
  readonly loaded?: LoadedFiles;
}

/** Base images from a mirror, with a keyring that has the archive's key; caches are in `dir`. */
export async function created(
  mirror: string,
  dir: string,
  {
    packages = ["demo"],
    build = [],
    run = [],
    suite = "test",
    options,
    flags: more,
    config = "",
    loaded = {},
  }: RequestedPackage = {},
) {
  const keyring = join(dir, "keyring.gpg");
  await writeFile(keyring, archiveKey.toPublic().write());
  const flags = {
    suite,
    package: packages,
    buildPackage: build,
    runPackage: run,
    mirror: [mirror],
    keyring,
    ...more,
  };
  const images = await createBase(planBase(flags, parseBaseToml(config, "base.toml"), loaded, "x64"), {
    reporter: recordingReporter(),
    env: {},
    cacheDir: join(dir, "cache"),
    store: await openBlobStore(join(dir, "blobs")),
    now,
    ...options,
  });
  return { build: firstOf(images.build), run: firstOf(images.run), images };
}

function firstOf({ images: [image] }: ImageIndex): Image {
  if (!image) throw new Error("there is no image");
  return image;
}

export const demo: TestPackage = {
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
