import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PublicKey } from "openpgp";
import { readConfigFile } from "../../config/read-file.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { SignedBy } from "./apt-sources.ts";

/**
 * The keys that may sign an index, and the files that contain the keys. Error messages name these
 * files.
 */
export interface Keyring {
  readonly keys: readonly PublicKey[];
  readonly files: readonly string[];
}

export interface KeyringQuery {
  /** The path of a keyring that the user named. It replaces all other keyrings. */
  readonly keyringFile?: string | undefined;
  readonly signedBy?: SignedBy | undefined;
  /** The root directory of the host's file system, usually `/`. */
  readonly hostDir: string;
}

/**
 * Loads the keyring for a source of packages: the user's keyring, or else the keyring that the
 * source names, or else all archive keyrings of the host. Binary and armored files are supported.
 *
 * @throws CnbError BASE_KEYRING_INVALID when there is no keyring, or a file does not contain a key
 */
export async function loadKeyring(query: KeyringQuery): Promise<Keyring> {
  const { keyringFile, signedBy, hostDir } = query;
  if (keyringFile !== undefined) return readKeyrings([keyringFile]);
  if (signedBy?.armored)
    return { keys: await parseKeys(Buffer.from(signedBy.armored), "Signed-By"), files: ["Signed-By"] };
  if (signedBy && signedBy.files.length > 0) {
    return onlyFingerprints(
      await readKeyrings(signedBy.files.map((file) => join(hostDir, file))),
      signedBy.fingerprints,
    );
  }
  return onlyFingerprints(await readUsableKeyrings(await hostKeyrings(hostDir)), signedBy?.fingerprints ?? []);
}

async function hostKeyrings(hostDir: string): Promise<string[]> {
  const trusted = join(hostDir, "etc/apt/trusted.gpg.d");
  const shared = join(hostDir, "usr/share/keyrings");
  const list = async (dir: string, pattern: RegExp) =>
    (await readdir(dir).catch(() => []))
      .filter((name) => pattern.test(name))
      .sort()
      .map((name) => join(dir, name));
  const files = [
    ...(await list(shared, /^(debian|ubuntu)-archive-keyring\.(gpg|pgp)$/)),
    ...(await list(trusted, /\.(gpg|asc)$/)),
  ];
  if (files.length > 0) return files;
  throw new CnbError(
    "BASE_KEYRING_INVALID",
    "cannot verify the signature of the distribution: this host has no archive keyring",
    {
      hint: "Pass a keyring with --keyring FILE. Debian's keyring is in the package debian-archive-keyring.",
    },
  );
}

async function readKeyrings(files: readonly string[]): Promise<Keyring> {
  const keys = await Promise.all(files.map(async (file) => parseKeys(await readKeyFile(file), file)));
  return { keys: keys.flat(), files };
}

/** Reads the host's keyrings, ignoring invalid files like apt, if at least one is valid. */
async function readUsableKeyrings(files: readonly string[]): Promise<Keyring> {
  const results = await Promise.allSettled(files.map((file) => readKeyrings([file])));
  const usable = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (usable.length > 0) {
    return { keys: usable.flatMap(({ keys }) => keys), files: usable.flatMap((keyring) => keyring.files) };
  }
  return readKeyrings(files); // reports the problem of the first keyring
}

function readKeyFile(file: string): Promise<Uint8Array> {
  const refused = (reason: string, cause?: unknown) =>
    new CnbError("BASE_KEYRING_INVALID", `cannot read the keyring ${file}: ${reason}`, {
      cause,
      hint: "Pass another keyring with --keyring FILE.",
    });
  const refusal = { unreadable: refused, tooLarge: (reason: string) => refused(`it ${reason}`) };
  return readConfigFile(file, refusal, limits.keyring.most);
}

async function parseKeys(bytes: Uint8Array, file: string): Promise<PublicKey[]> {
  const openpgp = await import("openpgp");
  // Keys as old as a supported suite may be: Debian's are RSA 4096 and Ed25519, whatever openpgp's defaults become.
  const config = { rejectPublicKeyAlgorithms: new Set<never>(), minRSABits: 2048 };
  try {
    const text = Buffer.from(bytes).toString("latin1");
    const armored = text.includes("-----BEGIN PGP PUBLIC KEY BLOCK-----");
    const read = armored
      ? openpgp.readKeys({ armoredKeys: text, config })
      : openpgp.readKeys({ binaryKeys: bytes, config });
    const keys = (await read).map((key) => key.toPublic());
    if (keys.length > 0) return keys;
    throw new Error(`the file ${file} contains no public key`);
  } catch (cause) {
    throw new CnbError("BASE_KEYRING_INVALID", `the keyring ${file} is not a file of OpenPGP public keys`, {
      cause,
      hint: "Export the public keys in binary (.gpg) or armored (.asc) form. Keybox files of GnuPG (.kbx) are not supported.",
    });
  }
}

/** Selects primary keys or subkeys by the fingerprints in Signed-By. */
function onlyFingerprints({ keys, files }: Keyring, fingerprints: readonly string[]): Keyring {
  if (fingerprints.length === 0) return { keys, files };
  const allowed = keys.filter((key) =>
    key.getKeys().some((one) => fingerprints.includes(one.getFingerprint().toLowerCase())),
  );
  return { keys: allowed, files };
}
