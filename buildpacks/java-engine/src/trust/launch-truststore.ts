import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { certificatesIn, truststoreOf } from "./java-truststore.ts";
import { jksEntries } from "./jks.ts";

/** The number of last characters that identify a certificate in Base64. They are part of its signature. */
const characters = 24;

/**
 * Writes the files from which a container creates a truststore with the CA certificates of its
 * bindings, without starting Java: the entries that this Java installation trusts, their number,
 * and their identities.
 */
export async function prepareTruststore(runtime: string, dir: string): Promise<void> {
  const certificates = await certificatesIn(await truststoreOf(runtime));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "entries"), jksEntries(certificates));
  await writeFile(join(dir, "count"), `${certificates.length}\n`);
  await writeFile(
    join(dir, "known"),
    certificates.map((each) => `${each.toString("base64").slice(-characters)}\n`).join(""),
  );
}
