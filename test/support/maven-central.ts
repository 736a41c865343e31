import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "./cnb.ts";

const libraries = "/usr/share/maven/lib";

/** The repository that Maven itself asks where nobody says otherwise, without a slash at its end: as its own parent of all poms has it. */
export async function mavenCentral(): Promise<string> {
  const jars = (await readdir(libraries).catch(() => [])).filter((name) => name.startsWith("maven-model-builder"));
  const { stdout } = await execute("unzip", [
    "-p",
    join(libraries, jars[0] ?? ""),
    "org/apache/maven/model/pom-4.0.0.xml",
  ]);
  const [, url] = /<repository>[\s\S]*?<url>(.*?)<\/url>/.exec(stdout) ?? [];
  if (url === undefined) throw new Error("Maven or unzip is absent: Debian's packages are maven and unzip");
  return url.replace(/\/$/, "");
}
