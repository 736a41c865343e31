import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The files of a key pair. */
export interface KeyFiles {
  readonly secret: string;
  readonly open: string;
}

const pairs = {
  ecdsa: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  rsa: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ed25519: () => generateKeyPairSync("ed25519"),
} satisfies Readonly<Record<string, () => { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>>;

/** Writes a new key pair of a kind in PEM to a directory. */
export async function keyFiles(dir: string, kind: keyof typeof pairs, name: string = kind): Promise<KeyFiles> {
  const { privateKey, publicKey } = pairs[kind]();
  const files = { secret: join(dir, `${name}.pem`), open: join(dir, `${name}.pub`) };
  await writeFile(files.secret, privateKey.export({ type: "pkcs8", format: "pem" }));
  await writeFile(files.open, publicKey.export({ type: "spki", format: "pem" }));
  return files;
}
