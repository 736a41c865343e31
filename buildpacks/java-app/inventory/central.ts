import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readJar } from "../src/jar.ts";
import { readXml } from "../src/poms/xml.ts";

const superPom = "org/apache/maven/model/pom-4.0.0.xml";

/** The default repository of the installed Maven, without trailing slash. */
export async function installedCentral(): Promise<string> {
  const { stdout } = await promisify(execFile)("mvn", ["--version"]).catch((cause: unknown) => {
    throw new Error("mvn is not installed, so the repository is unknown: set it with --central", { cause });
  });
  const [, home] = /^Maven home: (.+)$/m.exec(stdout) ?? [];
  if (home === undefined)
    throw new Error("mvn --version did not print Maven's home: set the repository with --central");
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
