import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { archiveKey, strangerKey } from "../../../../test/support/images/debian-archive.ts";
import { type KeyringQuery, loadKeyring } from "./keyring.ts";

let hostDir: string;
beforeEach(async () => {
  hostDir = await mkdtemp(join(tmpdir(), "cnb-keyring-"));
  return () => rm(hostDir, { recursive: true, force: true });
});

const [archive, stranger] = [archiveKey.toPublic(), strangerKey.toPublic()];
const idOf = (key: typeof archive) => key.getFingerprint();

/** A host's files by their path. */
async function host(files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(hostDir, path)), { recursive: true });
    await writeFile(join(hostDir, path), content);
  }
}

const both = Buffer.concat([archive.write(), stranger.write()]);
const unsigned = { files: [], fingerprints: [] };

describe("the keyring of a package source", () => {
  test.for<[string, Record<string, Uint8Array | string>, Omit<KeyringQuery, "hostDir">, string[]]>([
    [
      "the host's archive keys, binary and armored, but no other keys",
      {
        "usr/share/keyrings/debian-archive-keyring.gpg": archive.write(),
        "usr/share/keyrings/other.gpg": stranger.write(),
        "etc/apt/trusted.gpg.d/broken.gpg": "",
        "etc/apt/trusted.gpg.d/x.asc": stranger.armor(),
      },
      {},
      [idOf(archive), idOf(stranger)],
    ],
    [
      "only the keys of the files that Signed-By names",
      { "k.gpg": stranger.write(), "usr/share/keyrings/debian-archive-keyring.gpg": archive.write() },
      { signedBy: { ...unsigned, files: ["/k.gpg"] } },
      [idOf(stranger)],
    ],
    [
      "only the key that is embedded in Signed-By",
      {},
      { signedBy: { ...unsigned, armored: stranger.armor() } },
      [idOf(stranger)],
    ],
    [
      "only the keys whose fingerprints are in Signed-By",
      { "etc/apt/trusted.gpg.d/x.gpg": both },
      { signedBy: { ...unsigned, fingerprints: [idOf(archive)] } },
      [idOf(archive)],
    ],
    [
      "the keys whose subkeys have fingerprints in Signed-By",
      { "k.gpg": both },
      { signedBy: { ...unsigned, files: ["/k.gpg"], fingerprints: [archive.getSubkeys()[0]?.getFingerprint() ?? ""] } },
      [idOf(archive)],
    ],
  ])("contains %s", async ([, files, query, expected]) => {
    await host(files);
    const { keys } = await loadKeyring({ ...query, hostDir });
    expect(keys.map(idOf)).toEqual(expected);
  });

  test("contains only the keys of the file that the user passes", async () => {
    await host({ "mine.asc": stranger.armor(), "usr/share/keyrings/debian-archive-keyring.gpg": archive.write() });
    const { keys } = await loadKeyring({
      keyringFile: join(hostDir, "mine.asc"),
      signedBy: { ...unsigned, files: ["/k.gpg"] },
      hostDir,
    });
    expect(keys.map(idOf)).toEqual([idOf(stranger)]);
  });

  test.for<[string, Record<string, string>, string]>([
    [
      "if the host has no keyrings",
      {},
      "cannot verify the signature of the distribution: this host has no archive keyring",
    ],
    [
      "if a keyring file is empty",
      { "etc/apt/trusted.gpg.d/x.gpg": "" },
      "the keyring HOST/etc/apt/trusted.gpg.d/x.gpg is not a file of OpenPGP public keys",
    ],
  ])("cannot be loaded %s", async ([, files, message]) => {
    await host(files);
    const error = await loadKeyring({ hostDir }).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "BASE_KEYRING_INVALID" });
    expect(error instanceof Error && error.message.replace(hostDir, "HOST")).toBe(message);
  });
});
