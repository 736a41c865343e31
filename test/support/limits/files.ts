import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { readPackageIndexes, readSuite } from "../../../builder-packager/src/base/archive/archive.ts";
import { loadKeyring } from "../../../builder-packager/src/base/archive/keyring.ts";
import { unknownRelease } from "../../../builder-packager/src/base/archive/release.ts";
import { readDeb, readDebControl } from "../../../builder-packager/src/base/packages/deb.ts";
import { LayeredTree } from "../../../builder-packager/src/base/tree/layered-tree.ts";
import { openLockFile } from "../../../builder-packager/src/config/lock-file.ts";
import { readConfigFile } from "../../../builder-packager/src/config/read-file.ts";
import { limits } from "../../../builder-packager/src/limits.ts";
import { digestOf } from "../../../builder-packager/src/oci/model/digest.ts";
import type { Layer } from "../../../builder-packager/src/oci/model/image.ts";
import { imageAt } from "../../../builder-packager/src/oci/source/source-image.ts";
import { imagesIn } from "../../../builder-packager/src/oci/source/source-index.ts";
import { readOutputs } from "../../../builder-packager/src/platform/phases/build-outputs.ts";
import { keptOutput } from "../../../builder-packager/src/platform/phases/kept-output.ts";
import { copySbom, sbomEntries } from "../../../builder-packager/src/platform/phases/sbom-content.ts";
import { sandboxFiles } from "../../../builder-packager/src/platform/rootfs/sandbox-files.ts";
import { readVulnerabilityReport } from "../../../builder-packager/src/policy/reports/read-report.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { sourceCommit } from "../../../builder-packager/src/signing/outputs/source-commit.ts";
import { decompress } from "../../../builder-packager/src/tar/compression.ts";
import { encodeHeader } from "../../../builder-packager/src/tar/header.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { archiveKey, arOf, debOf, demo, now, sha256 } from "../images/debian-archive.ts";
import { type Attacks, cut } from "./attack.ts";

async function* chunksOf(...chunks: readonly Uint8Array[]) {
  yield* chunks;
}

/** Creates a sparse file of a given size. */
function hollow(file: string, bytes: number): string {
  writeFileSync(file, "");
  truncateSync(file, bytes);
  return file;
}

/** The header of a member of so many bytes; the content is missing. */
const header = (path: string, size: number, type?: string): Buffer => {
  const block = encodeHeader({ type: "file", path, mode: 0o644, uid: 0, gid: 0, content: { file: "", size } });
  if (type === undefined) return block;
  block.write(type, 156, "latin1");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
};

const indexType = "application/vnd.oci.image.index.v1+json";
/** An image source whose documents are all indexes with the given manifests. */
const indexes = (manifests: (level: number) => readonly object[]) => {
  let level = 0;
  const document = async () => Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: manifests(level++) }));
  return { where: "oci:it", document, layer: () => undefined as never };
};
const listed = (count: number, mediaType: string) =>
  Array.from({ length: count }, (_, index) => ({ mediaType, digest: digestOf(`${index}`), size: 1 }));

/** A mirror in a directory whose suite is signed by the tests' key. */
const mirror = (dir: string) => ({ url: pathToFileURL(dir).href, suite: "it", components: ["main"] });
function context(dir: string) {
  const keyringFile = join(dir, "key.asc");
  writeFileSync(keyringFile, archiveKey.toPublic().armor());
  return {
    env: {},
    reporter: recordingReporter(),
    cacheDir: join(dir, "cache"),
    hostDir: dir,
    architecture: "amd64",
    now,
    allowExpired: false,
    allowUnsigned: false,
    keyringFile,
  };
}

/** A gzip file of ten times the limit, made of members that are alike. */
function packages(): Buffer {
  const member = gzipSync(Buffer.alloc(limits.packageIndex.most / 8, "\n"));
  return Buffer.concat(Array.from({ length: 80 }, () => member));
}

async function decompressed(...chunks: readonly Uint8Array[]): Promise<void> {
  for await (const _ of decompress(chunksOf(...chunks)));
}

/** A zstd frame of one byte with a window of 2 to this power. */
const windowed = (log: number): Buffer =>
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3, 9, 0, 0, "a".charCodeAt(0)]);

/** Ten times the limits that files, archives and documents of images reach. */
export const fileAttacks: Attacks = {
  layersEntries: [
    () =>
      readOutputs(
        {
          find: async () => undefined,
          stat: async () => undefined,
          lstat: async () => undefined,
          list: async () => Array.from({ length: 10 * limits.layersEntries.most }, (_, index) => `${index}`),
          readText: async () => undefined,
          readBytesAsText: async () => undefined,
        },
        { id: "test/it", api: "0.12", sbomFormats: [] } as never,
        [],
      ),
    "100000 entries, but at most 10000",
  ],
  sbomFile: [
    (dir) =>
      copySbom(
        { hostPath: hollow(join(dir, "sbom"), 10 * limits.sbomFile.most), root: dir },
        join(dir, "copy"),
        "launch.sbom.cdx.json",
      ),
    "launch.sbom.cdx.json has 671088640 bytes, but at most 67108864",
  ],
  detectOutput: [
    () => {
      const kept = keptOutput(limits.detectOutput.most);
      for (let part = 0; part < 10; part++) kept.write(Buffer.alloc(limits.detectOutput.most, "a"));
      cut(kept.text().replace(/\n\[9437184 bytes more\]\n$/, ""));
    },
    `${limits.detectOutput.most} characters`,
  ],
  keyring: [
    (dir) => loadKeyring({ keyringFile: hollow(join(dir, "keys.gpg"), 10 * limits.keyring.most), hostDir: dir }),
    "is larger than 16 MiB",
  ],
  packedRefs: [
    async (dir) => {
      mkdirSync(join(dir, ".git"));
      writeFileSync(join(dir, ".git/HEAD"), "ref: refs/heads/main\n");
      hollow(join(dir, ".git/packed-refs"), 10 * limits.packedRefs.most);
      const warnings: string[] = [];
      await sourceCommit(dir, (text) => warnings.push(text));
      throw new Error(warnings.join());
    },
    "packed-refs has more than 67108864 bytes",
  ],
  configFile: [
    (dir) =>
      readConfigFile(hollow(join(dir, "project.toml"), 10 * limits.configFile.most), {
        unreadable: (reason) => new Error(reason),
        tooLarge: (reason) => new Error(reason),
      }),
    "is larger than 1 MiB",
  ],
  indexDepth: [
    () =>
      imageAt(
        indexes((level) => (level < 10 * limits.indexDepth.most ? listed(1, indexType) : [])),
        listed(1, indexType)[0] as never,
        undefined,
      ),
    "contains more levels of nested indexes than cnb allows",
  ],
  indexImages: [
    () =>
      imagesIn({
        store: indexes(() => listed(10 * limits.indexImages.most, "application/vnd.oci.image.manifest.v1+json")),
        manifests: listed(1, indexType) as never,
      }),
    "lists more than 1000 images",
  ],
  restoredSboms: [
    () => {
      const bytes = header("layers/sbom/launch/a/b/sbom.cdx.json", 10 * limits.restoredSboms.most);
      const digest = digestOf(bytes);
      const content = () => chunksOf(bytes);
      const layer: Layer = {
        diffId: digest,
        digest,
        size: bytes.length,
        mediaType: "",
        compressed: content,
        uncompressed: content,
      };
      return sbomEntries(layer);
    },
    "the unpacked contents of the tar archive are larger than 268435456 bytes",
  ],
  links: [
    async (dir) => {
      mkdirSync(join(dir, "layers"));
      writeFileSync(join(dir, "layers/0"), "");
      for (let link = 1; link <= 10 * limits.links.most; link++)
        symlinkSync(`${link - 1}`, join(dir, `layers/${link}`));
      await sandboxFiles(dir, []).stat(`/layers/${10 * limits.links.most}`);
    },
    "too many levels of symbolic links",
  ],
  extendedFiles: [() => new LayeredTree().takeFiles(10 * limits.extendedFiles.most), "more than 500000 files"],
  extendedBytes: [() => new LayeredTree().takeBytes(10 * limits.extendedBytes.most), "more than 268435456 bytes"],
  memberPath: [
    () => readTar(chunksOf(header("ab/".repeat((10 * limits.memberPath.most) / 3).replace(/.$/, "a"), 0))),
    "a path of 40950 bytes, more than 4095",
  ],
  memberName: [
    () => readTar(chunksOf(header("a".repeat(10 * limits.memberName.most), 0))),
    "a name of 2550 bytes, more than 255",
  ],
  extendedHeader: [
    () => readTar(chunksOf(header("it", 10 * limits.extendedHeader.most, "x"))),
    "an extended header of 10485760 bytes",
  ],
  expansion: [
    () => {
      const frame = zstdCompressSync(Buffer.alloc(64 * 1024 ** 2));
      return decompressed(...Array.from({ length: 32 }, () => frame));
    },
    "the zstd data of the archive or layer grows more than 200 times",
  ],
  zstdFrames: [
    () => {
      const frame = zstdCompressSync(Buffer.alloc(0));
      return decompressed(Buffer.concat(Array.from({ length: 10 * limits.zstdFrames.most }, () => frame)));
    },
    "the zstd data of the archive or layer has more than 10000 frames",
  ],
  zstdWindow: [
    async () => {
      await decompressed(windowed(27)); // the largest that is allowed
      await decompressed(windowed(31));
    },
    "Frame requires too much memory",
  ],
  debControl: [
    () =>
      readDebControl(
        arOf([
          ["debian-binary", Buffer.from("2.0\n")],
          ["control.tar", header("./control", 10 * limits.debControl.most)],
        ]),
        "it",
      ),
    "the unpacked contents of the tar archive are larger than 16777216 bytes",
  ],
  debData: [
    async () => {
      const deb = await debOf(demo);
      const start = deb.indexOf("data.tar");
      const data = arOf([["data.tar", header("./usr/large", 10 * limits.debData.most)]]);
      return readDeb(Buffer.concat([deb.subarray(0, start), data.subarray(8)]), "it");
    },
    "the unpacked contents of the tar archive are larger than 2147483648 bytes",
  ],
  releaseIndex: [
    (dir) => {
      mkdirSync(join(dir, "dists/it"), { recursive: true });
      hollow(join(dir, "dists/it/InRelease"), 10 * limits.releaseIndex.most);
      return readSuite(mirror(dir), context(dir));
    },
    "335544320 bytes, and at most 33554432",
  ],
  packageIndex: [
    (dir) => {
      const bytes = packages();
      const path = "main/binary-amd64/Packages.gz";
      mkdirSync(join(dir, "dists/it/main/binary-amd64"), { recursive: true });
      writeFileSync(join(dir, "dists/it", path), bytes);
      const files = new Map([[path, { sha256: sha256(bytes), size: bytes.length }]]);
      return readPackageIndexes({ source: mirror(dir), release: { ...unknownRelease, files } }, context(dir));
    },
    "is larger than 256 MiB when decompressed",
  ],
  vulnerabilityReport: [
    (dir) => readVulnerabilityReport(hollow(join(dir, "it.sarif"), 10 * limits.vulnerabilityReport.most)),
    "is larger than 64 MiB",
  ],
  lockFile: [
    (dir) => openLockFile(hollow(join(dir, "it.lock"), 10 * limits.lockFile.most), { command: "cnb" }),
    "it is larger than 8 MiB",
  ],
};
