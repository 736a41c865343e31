import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { certificatesOfJks } from "./jks.ts";
import { certificatesOfPkcs12 } from "./pkcs12.ts";

/** Where a Java has the authorities that it trusts. A JDK of Java 8 has a JRE within. */
export async function truststoreOf(java: string): Promise<string> {
  const inner = join(java, "jre/lib/security");
  const isInner = await lstat(inner).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return join(isInner ? inner : join(java, "lib/security"), "cacerts");
}

/** The certificates in a truststore; none if there is no such file (distributions of Linux have a link to one of theirs), or in a format of its own. */
export async function certificatesIn(truststore: string): Promise<readonly Buffer[]> {
  const bytes = await readFile(truststore).catch(() => Buffer.alloc(0));
  return certificatesOfJks(bytes) ?? certificatesOfPkcs12(bytes) ?? [];
}
