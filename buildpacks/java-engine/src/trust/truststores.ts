import { lstat, mkdir, readFile, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type BuildContext, temporaryLayer, trustedCertificates } from "libcnb";
import { identityOf } from "./certificate.ts";
import { certificatesOfJks, jksEntries, writeJks } from "./jks.ts";
import { certificatesOfPkcs12 } from "./pkcs12.ts";
import { preparedFiles } from "./prepared.ts";

/**
 * Returns the path of the truststore in a Java installation. A JDK of Java 8 contains a JRE, which
 * contains the truststore.
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
 * Returns the certificates in a truststore. The result is empty if the file does not exist, for
 * example because a Linux distribution links to its own truststore, or if the file has another
 * format.
 */
export async function certificatesIn(truststore: string): Promise<readonly Buffer[]> {
  const bytes = await readFile(truststore).catch(() => Buffer.alloc(0));
  return certificatesOfJks(bytes) ?? certificatesOfPkcs12(bytes) ?? [];
}

/**
 * The trust store for the JDK of builds. It is created in each build and is in no image, because
 * bindings of a build are private to it.
 */
const truststoreLayer = temporaryLayer("truststore", { build: true, launch: false });

const fileName = "cacerts";
const ownName = (file: string): string => `${file}.own`;

/**
 * Replaces a JDK's truststore by a link to the adjacent layer `truststore`. All programs that the
 * JDK runs (Maven, Gradle's daemons, tests) then trust the CA certificates of bindings without an
 * option. The original truststore is kept as `cacerts.own`.
 *
 * @param jdk the JDK's layer, which is only for builds
 */
export async function linkTruststore(jdk: string): Promise<void> {
  const file = await truststoreOf(jdk);
  const own = await readFile(file).catch(() => undefined);
  if (own === undefined)
    await unlink(file).catch(() => undefined); // a link of a distribution of Linux, which leads nowhere
  else await keepOwn(file, own);
  await symlink(relative(dirname(file), join(dirname(jdk), truststoreLayer.name, fileName)), file);
}

async function keepOwn(file: string, own: Buffer): Promise<void> {
  await writeFile(`${file}.new`, own);
  await rename(`${file}.new`, ownName(file));
  await unlink(file);
}

/**
 * Writes the truststore that the JDK's link refers to: the JDK's own CA certificates and those of
 * the build.
 *
 * @throws LibcnbError BINDING_INVALID, CERTIFICATE_INVALID
 */
export async function provideTruststore(
  context: Pick<BuildContext, "bindings" | "env" | "layers" | "platform">,
  jdk: string,
): Promise<void> {
  const own = await certificatesIn(ownName(await truststoreOf(jdk)));
  const others = (await trustedCertificates(context)).map(binary);
  const all = new Map([...own, ...others].map((each) => [each.toString("base64"), each]));
  await context.layers.provide(truststoreLayer, {
    quiet: true,
    create: ({ path }) => writeFile(join(path, fileName), writeJks([...all.values()])),
  });
}

/** The binary form of a certificate that is text. */
const binary = (certificate: string): Buffer => Buffer.from(certificate.replace(/-----[A-Z ]+-----/g, ""), "base64");

/**
 * Writes the files from which a container creates a truststore with the CA certificates of its
 * bindings, without starting Java. The files contain the entries that this Java installation
 * trusts, the number of these entries, and their identities.
 */
export async function prepareTruststore(runtime: string, dir: string): Promise<void> {
  const certificates = await certificatesIn(await truststoreOf(runtime));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, preparedFiles.entries), jksEntries(certificates));
  await writeFile(join(dir, preparedFiles.count), `${certificates.length}\n`);
  const identities = certificates.map((each) => identityOf(each.toString("base64")));
  await writeFile(join(dir, preparedFiles.known), identities.map((each) => `${each}\n`).join(""));
}
