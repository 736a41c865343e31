import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readJar } from "../jar.ts";
import { readXml } from "../poms/xml.ts";

const superPom = "org/apache/maven/model/pom-4.0.0.xml";

/** The default repository of the installed Maven, without trailing slash. */
export async function installedCentral(): Promise<string> {
  const { stdout } = await promisify(execFile)("mvn", ["--version"]).catch((cause: unknown) => {
    throw new Error("only Maven knows its repository, and there is no mvn: name one with --central", { cause });
  });
  const [, home] = /^Maven home: (.+)$/m.exec(stdout) ?? [];
  if (home === undefined) throw new Error("mvn --version does not print its home: pass a repository with --central");
  return centralOf(home);
}

/** The default repository of a Maven installation, from the super POM in one of its jars. */
export async function centralOf(home: string): Promise<string> {
  const libraries = join(home, "lib");
  const name = (await readdir(libraries).catch(() => [])).find((each) => each.startsWith("maven-model-builder"));
  if (name === undefined) throw new Error(`${home} is not Maven`);
  const { texts } = await readJar(join(libraries, name), { texts: (each) => each === superPom });
  const url = readXml(Buffer.from(texts.get(superPom) ?? "")).child("repositories", "repository", "url")?.text;
  if (url === undefined) throw new Error(`the Maven in ${home} names no repository`);
  return url.replace(/\/$/, "");
}
