import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { extractArchive } from "libcnb";
import { CnbError } from "../errors.ts";
import { readForeignFile } from "../files/foreign-file.ts";
import { limits } from "../limits.ts";
import { centralMirror, centralRepository } from "./maven-settings.ts";
import { readNamedFile } from "./named-file.ts";

/** The environment in which Maven runs. */
interface MavenHost {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns the URL of the repository from which the installed Maven downloads artifacts. If the
 * user's or Maven's `settings.xml` declares a mirror, this is the mirror. Otherwise it is the
 * repository that is built into Maven. Returns undefined if there is neither a mirror nor an
 * installation of Maven.
 *
 * @throws CnbError INVENTORY_SOURCE_UNAVAILABLE for a `settings.xml` that cannot be read
 */
export async function mavenRepository(host: MavenHost): Promise<string | undefined> {
  const { env } = host;
  const own = env["HOME"] === undefined ? undefined : await mirrorIn(join(env["HOME"], ".m2/settings.xml"), env);
  if (own !== undefined) return own;
  const home = await mavenHome(host);
  if (home === undefined) return undefined;
  return (await mirrorIn(join(home, "conf/settings.xml"), env)) ?? builtInRepository(home);
}

async function mirrorIn(file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if ((await stat(file).catch(() => undefined)) === undefined) return undefined;
  const refusal = (reason: string): CnbError =>
    new CnbError("INVENTORY_SOURCE_UNAVAILABLE", `cannot read the settings of Maven in ${file}: it ${reason}`, {
      hint: 'Correct the file, or add "url" to the source in [[dependency-sources]].',
    });
  return centralMirror(new TextDecoder().decode(await readNamedFile(file, refusal)), env);
}

/** The directory of the Maven on PATH. */
async function mavenHome({ env, signal }: MavenHost): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)("mvn", ["--version"], { env, signal, timeout: 20_000 }).catch(() => ({
    stdout: "",
  }));
  return /^Maven home: (.+)$/m.exec(stdout)?.[1];
}

const superPoms: readonly string[] = ["pom-4.0.0.xml", "pom-4.1.0.xml"].map((name) => `org/apache/maven/model/${name}`);

/**
 * Returns the URL of the Maven repository that an installation of Maven uses by default. The URL is
 * in the super POM, which is in one of the installation's jars. Returns undefined if the directory
 * is not an installation of Maven.
 */
export async function builtInRepository(home: string): Promise<string | undefined> {
  const libraries = join(home, "lib");
  const names = await readdir(libraries).catch(() => []);
  const dir = await mkdtemp(join(tmpdir(), "cnb-maven-"));
  try {
    for (const name of names.filter((each) => /^maven-model-builder-.*\.jar$/.test(each))) {
      await extractArchive(join(libraries, name), dir);
      const texts = await Promise.all(superPoms.map((pom) => readForeignFile(join(dir, pom), limits.configFile.most)));
      const url = texts.flatMap((text) => centralRepository(text?.toString() ?? "") ?? [])[0];
      if (url !== undefined) return url;
    }
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
