import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ReadText } from "@libcnb/app-kit/inventory/run-updater";
import { s } from "libcnb";
import { readJar } from "../src/jar.ts";
import { readXml } from "../src/poms/xml.ts";
import type { Entry, ToolName } from "./releases.ts";

const superPom = "org/apache/maven/model/pom-4.0.0.xml";

/** The default repository of the installed Maven, without trailing slash. */
export async function installedCentral(): Promise<string> {
  const { stdout } = await promisify(execFile)("mvn", ["--version"]).catch((cause: unknown) => {
    throw new Error("cannot determine the default repository with mvn --version: pass the repository with --central", {
      cause,
    });
  });
  const [, home] = /^Maven home: (.+)$/m.exec(stdout) ?? [];
  if (home === undefined)
    throw new Error('the output of mvn --version has no line "Maven home": pass the repository with --central');
  return centralOf(home);
}

/** The default repository of a Maven installation, from the super POM in one of its jars. */
export async function centralOf(home: string): Promise<string> {
  const libraries = join(home, "lib");
  const name = (await readdir(libraries).catch(() => [])).find((each) => each.startsWith("maven-model-builder"));
  if (name === undefined) throw new Error(`${home} is not a Maven installation`);
  const { texts } = await readJar(join(libraries, name), { texts: (each) => each === superPom });
  const url = readXml(Buffer.from(texts.get(superPom) ?? "")).child("repositories", "repository", "url")?.text;
  if (url === undefined) throw new Error(`Maven in ${home} does not define a repository`);
  return url.replace(/\/$/, "");
}

/** The URLs of release sources, without trailing slash. */
export interface Sources {
  /** The repository with Maven and Tomcat, which is Maven's own. */
  readonly central: string;
  /** That of Gradle: `https://services.gradle.org`. */
  readonly gradle: string;
}

/** How a tool is released. */
interface Upstream {
  versions(sources: Sources, read: ReadText): Promise<readonly string[]>;
  /** The public URL of the archive. */
  uri(version: string): string;
  /** The URL of its checksum, which need not be next to it. */
  checksum(version: string, sources: Sources): string;
  readonly algorithm: "sha256" | "sha512";
}

const major = (version: string): string => version.split(".", 1)[0] ?? version;

/** Apache's archive keeps what its mirrors drop; the repository has the same files, and tells what there is. */
const upstreams: Readonly<Record<ToolName, Upstream>> = {
  maven: {
    algorithm: "sha512",
    versions: inRepository("org/apache/maven/apache-maven"),
    uri: (version) =>
      `https://archive.apache.org/dist/maven/maven-${major(version)}/${version}/binaries/apache-maven-${version}-bin.tar.gz`,
    checksum: (version, { central }) =>
      `${central}/org/apache/maven/apache-maven/${version}/apache-maven-${version}-bin.tar.gz.sha512`,
  },
  gradle: {
    algorithm: "sha256",
    versions: ofGradle,
    uri: (version) => `https://services.gradle.org/distributions/gradle-${version}-bin.zip`,
    checksum: (version, { gradle }) => `${gradle}/distributions/gradle-${version}-bin.zip.sha256`,
  },
  tomcat: {
    algorithm: "sha512",
    versions: inRepository("org/apache/tomcat/tomcat"),
    uri: (version) =>
      `https://archive.apache.org/dist/tomcat/tomcat-${major(version)}/v${version}/bin/apache-tomcat-${version}.tar.gz`,
    checksum: (version, { central }) =>
      `${central}/org/apache/tomcat/tomcat/${version}/tomcat-${version}.tar.gz.sha512`,
  },
};

function inRepository(path: string): Upstream["versions"] {
  return async ({ central }, read) => {
    const text = await read(`${central}/${path}/maven-metadata.xml`);
    return readXml(Buffer.from(text))
      .all("versioning", "versions", "version")
      .map((version) => version.text);
  };
}

const gradles = s.list(s.table({ version: s.string }));

async function ofGradle({ gradle }: Sources, read: ReadText): Promise<readonly string[]> {
  const url = `${gradle}/versions/all`;
  const found = s.decode(gradles, JSON.parse(await read(url)));
  if (found.issues) throw new Error(`${url} does not list versions: ${found.issues[0]?.message}`);
  return found.value.map(({ version }) => version);
}

/**
 * The released versions of a tool. Versions with words, such as betas and release candidates, are
 * omitted.
 */
export async function versionsOf(tool: ToolName, sources: Sources, read: ReadText): Promise<readonly string[]> {
  return (await upstreams[tool].versions(sources, read)).filter((version) => /^\d+(?:\.\d+){1,2}$/.test(version));
}

/** The buildpack.toml entry of a release. */
export async function entryOf(tool: ToolName, version: string, sources: Sources, read: ReadText): Promise<Entry> {
  const { algorithm, checksum, uri } = upstreams[tool];
  const url = checksum(version, sources);
  const [, digest] = /^([0-9a-f]{64}|[0-9a-f]{128})(?:\s|$)/.exec(await read(url)) ?? [];
  if (digest?.length !== (algorithm === "sha256" ? 64 : 128))
    throw new Error(`${url} does not begin with a ${algorithm} checksum`);
  return { tool, version, uri: uri(version), checksum: `${algorithm}:${digest}` };
}
