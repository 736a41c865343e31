import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { certificatesOfJks } from "./jks.ts";
import { certificatesOfPkcs12 } from "./pkcs12.ts";

/**
 * The path of the truststore in a Java installation. A JDK of Java 8 contains a JRE, which has the
 * truststore.
 */
export async function truststoreOf(java: string): Promise<string> {
  const inner = join(java, "jre/lib/security");
  const isInner = await lstat(inner).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return join(isInner ? inner : join(java, "lib/security"), "cacerts");
}

/**
 * The certificates in a truststore. The result is empty if the file does not exist (Linux
 * distributions link to their own truststore), or has another format.
 */
export async function certificatesIn(truststore: string): Promise<readonly Buffer[]> {
  const bytes = await readFile(truststore).catch(() => Buffer.alloc(0));
  return certificatesOfJks(bytes) ?? certificatesOfPkcs12(bytes) ?? [];
}
