import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jksEntries, jksOf, truststorePassword } from "../trust/jks.ts";
import { preparedFiles } from "../trust/prepared.ts";
import { additionalCertificates } from "./certificates.ts";
import type { Settings } from "./settings.ts";
import { quotedForJava } from "./user-options.ts";

/** Inputs for the truststore of a container. */
interface TruststoreInputs extends Settings {
  /** The layer with the files that the build has prepared. */
  readonly layer: string;
  /** The directory of bindings. */
  readonly bindings: string;
  readonly temporary: () => string | undefined;
}

/**
 * Writes a truststore that contains Java's own CA certificates and additional ones, and returns the
 * JVM options for it. If there are no additional certificates, no truststore is written and no
 * options are returned.
 */
export function truststoreOptions({ bindings, env, layer, temporary, warn }: TruststoreInputs): readonly string[] {
  const prepared = join(layer, preparedFiles.dir);
  const known = new Set(readFileSync(join(prepared, preparedFiles.known), "latin1").split("\n").filter(Boolean));
  const added = additionalCertificates({ bindings, env, known, warn });
  if (added.length === 0) return [];
  const dir = temporary();
  if (dir === undefined) {
    warn("No directory is writable: Java does not trust the CA certificates from bindings");
    return [];
  }
  const file = join(dir, "truststore.jks");
  try {
    writeFileSync(file, truststoreWith(added, prepared));
  } catch {
    rmSync(file, { force: true });
    warn(`${dir} is full: Java does not trust the CA certificates from bindings`);
    return [];
  }
  return [
    quotedForJava(`-Djavax.net.ssl.trustStore=${file}`),
    `-Djavax.net.ssl.trustStorePassword=${truststorePassword}`,
  ];
}

function truststoreWith(added: readonly Buffer[], prepared: string): Buffer {
  const count = Number(readFileSync(join(prepared, preparedFiles.count), "latin1"));
  const entries = [readFileSync(join(prepared, preparedFiles.entries)), jksEntries(added, "bound-")];
  return jksOf(count + added.length, Buffer.concat(entries));
}
