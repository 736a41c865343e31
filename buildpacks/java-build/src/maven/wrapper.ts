import { inDir } from "@libcnb/app-kit/folders";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App, Env } from "libcnb";

const file = ".mvn/wrapper/maven-wrapper.properties";

/** The Maven distribution that an app's wrapper names. */
export interface Wrapper {
  /** The URL of the archive; `undefined` if only the wrapper's script knows it. */
  readonly url: string | undefined;
  readonly version: string | undefined;
  /** The checksum of the archive: `sha256:…`. */
  readonly checksum: string | undefined;
  /** The file that names the distribution, relative to the app. */
  readonly source: string;
  /** The HTTP headers for downloading the archive. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads the Maven wrapper of a project. Returns `undefined` if there is no wrapper. The
 * distribution is installed without the wrapper's script, which may be damaged (mode, line ends) or
 * need missing programs. The download thus uses the same mirrors, certificates and credentials as
 * other downloads.
 */
export async function readWrapper(app: App, dir: string, env: Env): Promise<Wrapper | undefined> {
  const path = inDir(dir, file);
  const text = (await app.exists(path)) ? await app.readText(path) : "";
  const properties = parseProperties(text);
  const named = properties.get("distributionUrl")?.trim();
  if (!named) return (await app.exists(inDir(dir, "mvnw"))) ? onlyScript(inDir(dir, "mvnw")) : undefined;
  const checksum = properties.get("distributionSha256Sum")?.trim();
  return {
    url: atRepository(named, env.MVNW_REPOURL),
    version: versionIn(named),
    checksum: checksum ? `sha256:${checksum.toLowerCase()}` : undefined,
    source: path,
    headers: login(env),
  };
}

const onlyScript = (source: string): Wrapper => ({
  url: undefined,
  version: undefined,
  checksum: undefined,
  source,
  headers: {},
});

/**
 * `3.9.11` of `…/apache-maven-3.9.11-bin.zip`. The names of the daemon's archives, which contain a
 * Maven, do not contain Maven's version.
 */
const versionIn = (url: string): string | undefined => /\/apache-maven-(\d[^/]*)-bin\.[^/]*$/.exec(url)?.[1];

/** Replaces the public repository by MVNW_REPOURL, as the wrapper's own script does. */
function atRepository(url: string, repository: string | undefined): string {
  const path = /\/(org\/apache\/maven\/.*)$/s.exec(url)?.[1];
  return repository && path !== undefined ? `${repository.replace(/(?<!\/)\/+$/, "")}/${path}` : url;
}

/**
 * Returns the header with the user name and password of the wrapper, as the wrapper's own script
 * does.
 */
const login = ({ MVNW_USERNAME: name, MVNW_PASSWORD: password }: Env): Readonly<Record<string, string>> =>
  name && password ? { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` } : {};
