import { inDir } from "@libcnb/app-kit/folders";
import { parseProperties } from "@libcnb/java-app/properties";
import { type App, type Bindings, UserError } from "libcnb";
import { type VersionRequest, versionRequests } from "libcnb/kit";
import type { ProjectSource } from "../build-tool.ts";
import { foldersUpwards } from "./modules.ts";

/**
 * The requested Gradle versions in addition to the wrapper's. `variable` takes precedence over the
 * wrapper, and `file` is used if there is no wrapper.
 */
interface GradleRequests {
  readonly variable: VersionRequest | undefined;
  readonly file: VersionRequest | undefined;
}

export async function gradleRequests({ app, dir, settings }: ProjectSource): Promise<GradleRequests> {
  const [variable] = versionRequests([{ wanted: settings.BP_GRADLE_VERSION, source: "BP_GRADLE_VERSION" }]);
  const source = inDir(dir, ".sdkmanrc");
  const [file] = versionRequests([{ wanted: await sdkmanVersion(app, source), source }]);
  return { variable, file };
}

const sdkmanVersion = async (app: App, path: string): Promise<string | undefined> =>
  (await app.exists(path)) ? parseProperties(await app.readText(path)).get("gradle") : undefined;

const file = "gradle/wrapper/gradle-wrapper.properties";

/** The Gradle distribution that an app's wrapper names. */
export interface Wrapper {
  /** The URL of the archive. */
  readonly url: string;
  readonly version: string | undefined;
  /** The checksum of the archive: `sha256:…`. */
  readonly checksum: string | undefined;
  /** The source that names the distribution: a file of the app, or a binding. */
  readonly source: string;
}

/**
 * Reads the wrapper of a project: from a binding of type `gradle-wrapper`, or else from the
 * project's directory or the nearest parent directory. Returns `undefined` if there is no wrapper.
 * The distribution is installed without the wrapper's script and jar, which may be missing or
 * damaged (mode, line ends). The download thus uses the same mirrors, certificates and proxies as
 * other downloads.
 *
 * @throws UserError GRADLE_WRAPPER_INVALID
 */
export async function readWrapper(app: App, dir: string, bindings: Bindings): Promise<Wrapper | undefined> {
  const binding = await bindings.find({ type: "gradle-wrapper" });
  const key = "gradle-wrapper.properties";
  if (binding?.has(key))
    return wrapperOf(binding.text(key), { source: `the binding ${binding.name}`, app, folder: "" });
  for (const folder of foldersUpwards(dir)) {
    const source = inDir(folder, file);
    if (await app.exists(source)) return wrapperOf(await app.readText(source), { source, app, folder });
  }
  return undefined;
}

interface Origin {
  readonly source: string;
  readonly app: App;
  readonly folder: string;
}

function wrapperOf(text: string, { source, app, folder }: Origin): Wrapper {
  const properties = parseProperties(text);
  const named = properties.get("distributionUrl")?.trim();
  if (!named) throw invalid(`${source} has no distributionUrl`, source);
  const checksum = properties.get("distributionSha256Sum")?.trim().toLowerCase();
  return {
    url: addressOf(named, { source, app, folder }),
    version: versionIn(named),
    checksum: checksum ? `sha256:${checksum}` : undefined,
    source,
  };
}

/**
 * Returns the absolute address of a distribution. A path without a scheme is relative to the
 * directory of the wrapper.
 */
function addressOf(named: string, { source, app, folder }: Origin): string {
  if (/^(?:https?|file):/i.test(named)) return named;
  if (/^[a-z][\w+.-]*:/i.test(named))
    throw invalid(`distributionUrl of ${source} is not an http, https or file URL`, source);
  return `file://${app.path(folder, "gradle/wrapper", named)}`;
}

/** `8.14.3` of `…/gradle-8.14.3-bin.zip` */
const versionIn = (url: string): string | undefined =>
  /gradle-(\d[^/]{0,100}?)(?:-(?:bin|all|src))?\.zip$/.exec(url)?.[1];

const invalid = (message: string, source: string) =>
  new UserError("GRADLE_WRAPPER_INVALID", message, {
    hint: source.endsWith(file)
      ? 'Run "gradle wrapper" and commit the files that it writes, or set BP_GRADLE_VERSION.'
      : "Correct the gradle-wrapper.properties of the binding, or set BP_GRADLE_VERSION.",
  });
