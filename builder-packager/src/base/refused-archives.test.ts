import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type Archive,
  archiveDirectory,
  archiveKey,
  archiveOf,
  closeServers,
  created,
  demo,
  file,
  now,
  published,
  type RequestedPackage,
  type SigningKey,
  served,
  strangerKey,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import type { CnbError } from "../errors.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { recordingReporter } from "../reporter.ts";
import { checkRelease, unknownRelease } from "./archive/release.ts";
import { verifyClearSigned } from "./archive/signature.ts";
import { emptyBaseToml, planBase } from "./base-plan.ts";
import { createBase } from "./create-base.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

async function failure(promise: Promise<unknown>): Promise<CnbError> {
  const error = await promise.then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  return error as CnbError;
}

/** Changes an archive after it was signed. */
type Tampering = (archive: Archive) => void | Promise<void>;
const edit =
  (path: string, change: (text: string) => string): Tampering =>
  (archive) =>
    void archive.set(path, Buffer.from(change(Buffer.from(archive.get(path) ?? "").toString("latin1")), "latin1"));
const inRelease = "dists/test/InRelease";

describe("an archive of Debian packages", () => {
  test.for<
    [
      string,
      {
        packages?: TestPackage[];
        release?: string;
        keys?: () => SigningKey[];
        tamper?: Tampering;
        wanted?: RequestedPackage;
      },
      string,
      string,
    ]
  >([
    [
      "its InRelease was changed after signing",
      { tamper: edit(inRelease, (text) => text.replace("12.3", "12.4")) },
      "BASE_SIGNATURE_INVALID",
      "the signature of MIRROR/dists/test/InRelease by key KEY is not valid",
    ],
    [
      "it is signed by an unknown key",
      { keys: () => [strangerKey] },
      "BASE_SIGNATURE_UNKNOWN_KEY",
      "MIRROR/dists/test/InRelease is signed by the key STRANGER, which is not in DIR/keyring.gpg",
    ],
    [
      "it is not signed",
      { tamper: edit(inRelease, () => "Codename: test\n") },
      "BASE_SIGNATURE_INVALID",
      "MIRROR/dists/test/InRelease is not a file with an OpenPGP signature",
    ],
    [
      "its signature is truncated",
      { tamper: edit(inRelease, (text) => text.slice(0, text.indexOf("-----BEGIN PGP SIGNATURE"))) },
      "BASE_SIGNATURE_INVALID",
      "MIRROR/dists/test/InRelease is not a file with an OpenPGP signature",
    ],
    [
      "it has expired",
      { release: "Valid-Until: Tue, 14 Jan 2020 00:00:00 UTC\n" },
      "BASE_RELEASE_EXPIRED",
      "MIRROR/dists/test/InRelease has expired: it was valid until Tue, 14 Jan 2020 00:00:00 UTC",
    ],
    [
      "its Valid-Until cannot be parsed",
      { release: "Valid-Until: soon\n" },
      "BASE_RELEASE_EXPIRED",
      'MIRROR/dists/test/InRelease has an invalid date in the field Valid-Until: "soon"',
    ],
    [
      "its InRelease belongs to another suite",
      {
        tamper: (archive) => void archive.set("dists/other/InRelease", archive.get(inRelease) as Uint8Array),
        wanted: { suite: "other" },
      },
      "BASE_RELEASE_MISMATCH",
      "MIRROR/dists/other/InRelease belongs to the suite stable alias test, not to other",
    ],
    [
      "its package index does not match the signed checksum",
      {
        tamper: (archive) => void archive.set("dists/test/main/binary-amd64/Packages.gz", gzipSync("Package: evil\n")),
      },
      "BASE_CHECKSUM_MISMATCH",
      "the checksum of MIRROR/dists/test/main/binary-amd64/Packages.gz differs from the one in the package index or the lock file",
    ],
    [
      "a package does not match the signed checksum",
      { tamper: edit("pool/main/demo_1.0-1_amd64.deb", (text) => text.replace(/.$/s, "!")) },
      "BASE_CHECKSUM_MISMATCH",
      "the checksum of MIRROR/pool/main/demo_1.0-1_amd64.deb differs from the one in the package index or the lock file",
    ],
    [
      "a package is missing",
      { tamper: (archive) => void archive.delete("pool/main/demo_1.0-1_amd64.deb") },
      "BASE_DOWNLOAD_FAILED",
      "cannot fetch MIRROR/pool/main/demo_1.0-1_amd64.deb",
    ],
    [
      "a package contains a path that leads out of the image",
      { packages: [{ name: "demo", entries: [file("../evil", "x")] }] },
      "BASE_PACKAGE_INVALID",
      `the package demo cannot be unpacked: "./../evil" leads out of the file system`,
    ],
    [
      "two packages contain different files of the same name",
      {
        packages: [
          demo,
          { name: "other", entries: [file("usr/bin/demo", "other"), file("usr/share/doc/demo/copyright", "free")] },
        ],
        wanted: { packages: ["demo", "other"] },
      },
      "BASE_FILE_CONFLICT",
      "packages contain different files with the same path:\n  /usr/bin/demo is in demo and in other",
    ],
  ])("is refused if %s", async ([, { packages = [demo], release, keys, tamper, wanted }, code, message]) => {
    const archive = await archiveOf(packages, { ...(release && { release }), ...(keys && { keys: keys() }) });
    await tamper?.(archive);
    const mirror = await published(archive, dir);
    const error = await failure(created(mirror, dir, wanted));
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

  test("is refused if its InRelease names no suite, and the hint fits any value of --suite", () => {
    const expected = { suite: "test", architecture: "amd64", now: Date.now(), allowExpired: false };
    expect(() => checkRelease({ ...unknownRelease, architectures: ["amd64"] }, expected, inRelease)).toThrow(
      expect.objectContaining({
        code: "BASE_RELEASE_MISMATCH",
        message: `cannot verify that ${inRelease} belongs to the suite test: it has neither the field Suite nor the field Codename`,
        hint: "Pass another mirror with --mirror URL.",
      }),
    );
  });

  test("is refused if its InRelease has text outside the signed part", async () => {
    const archive = await archiveOf([demo]);
    edit(inRelease, (text) => `Codename: evil\n\n${text}\nCodename: evil\n`)(archive);
    const error = await failure(created(await published(archive, dir), dir));
    expect(error.code).toBe("BASE_SIGNATURE_INVALID");
  });

  test("is accepted with one valid signature of several, and after its expiry if the caller allows expired archives", async () => {
    const archive = await archiveOf([demo], {
      keys: [strangerKey, archiveKey],
      release: "Valid-Until: Tue, 14 Jan 2020 00:00:00 UTC\n",
    });
    const { run } = await created(await published(archive, dir), dir, { options: { allowExpired: true } });
    expect(run.layers).toHaveLength(3);
  });

  test("is refused if the mirror does not respond", async () => {
    const { url } = await served(new Map());
    await closeServers();
    const error = await failure(created(url, dir));
    expect([error.code, error.message, error.hint]).toEqual([
      "BASE_DOWNLOAD_FAILED",
      `cannot fetch ${url}/dists/test/InRelease`,
      "Check the network and the proxy variables, or pass another mirror with --mirror URL.",
    ]);
    expect((error.cause as { code?: string }).code).toBe("DOWNLOAD_FAILED");
  });

  test("is refused if its signature is in the future of this machine's clock", async () => {
    const archive = await archiveOf([demo], {});
    const signed = Buffer.from(archive.get(inRelease) ?? "").toString();
    const keyring = { keys: [archiveKey.toPublic()], files: [] };
    const error = await failure(verifyClearSigned(signed, keyring, inRelease, Date.parse("2020-01-05T00:00:00Z")));
    expect([error.code, error.hint]).toEqual([
      "BASE_SIGNATURE_INVALID",
      "This machine's clock is behind. Set it, and try again.",
    ]);
  });

  test("is refused with a hint about the keyring if the key in the keyring has expired", async () => {
    const date = new Date("2020-01-01T00:00:00Z");
    const userIDs = [{ name: "archive" }];
    const { privateKey } = await openpgp.generateKey({ userIDs, date, format: "object" });
    const { publicKey } = await openpgp.reformatKey({
      privateKey,
      userIDs,
      date,
      keyExpirationTime: 86_400,
      format: "object",
    });
    const signed = await openpgp.sign({
      message: await openpgp.createCleartextMessage({ text: "Suite: test\n" }),
      signingKeys: privateKey,
      date: new Date("2023-01-01T00:00:00Z"),
    });
    const keyring = { keys: [publicKey], files: [] };
    const error = await failure(verifyClearSigned(signed, keyring, inRelease, Date.parse("2024-01-01T00:00:00Z")));
    expect([error.code, error.hint, (error.cause as Error).message]).toEqual([
      "BASE_SIGNATURE_INVALID",
      "Update the host's archive keyring, or pass a keyring that contains the key with --keyring FILE.",
      "Primary key is expired",
    ]);
  });

  test("is refused if the path of a mirror on this machine does not exist", async () => {
    const error = await failure(created(pathToFileURL(join(dir, "absent")).href, dir));
    expect([error.code, error.hint]).toEqual([
      "BASE_DOWNLOAD_FAILED",
      "Correct the path of the mirror, or pass another mirror with --mirror URL.",
    ]);
  });

  test("is refused if the mirror does not have the suite", async () => {
    const { url } = await served(new Map());
    const error = await failure(created(url, dir));
    expect([error.code, error.message, error.hint]).toEqual([
      "BASE_DOWNLOAD_FAILED",
      `cannot fetch ${url}/dists/test/InRelease`,
      "Correct the name of the suite, or pass a mirror that has the suite with --mirror URL.",
    ]);
  });

  test("is refused if the keyring file has an unsupported format", async () => {
    const keyring = join(dir, "keys");
    await writeFile(keyring, "not a keyring");
    const flags = { suite: "test", package: ["demo"], mirror: ["file:///nowhere"], keyring };
    const store = await openBlobStore(join(dir, "blobs"));
    const promise = createBase(planBase(flags, emptyBaseToml(), {}, "x64"), {
      reporter: recordingReporter(),
      env: {},
      cacheDir: dir,
      store,
      now,
    });
    const error = await failure(promise);
    expect([error.code, error.message]).toEqual([
      "BASE_KEYRING_INVALID",
      `the keyring ${keyring} is not a file of OpenPGP public keys`,
    ]);
  });
});
