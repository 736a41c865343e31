import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodedLogin, publicAddress } from "@libcnb/app-kit/addresses";
import { defined } from "@libcnb/app-kit/defined";
import { onMirror } from "@libcnb/app-kit/release/mirror";
import { extractNamed } from "@libcnb/app-kit/release/unpacking";
import { cachedLayer, type Release, s, UserError } from "libcnb";
import type { VersionRequest } from "libcnb/kit";
import type { Project, Tool } from "../build-tool.ts";
import type { Context } from "../config.ts";
import { gradleRequests, readWrapper, type Wrapper } from "./requests.ts";

/** An archive with a Gradle in it. */
interface Distribution extends Wrapper {
  /** Whether `url` is the distributionUrl of a wrapper. */
  readonly isOfWrapper?: boolean;
  /** The warning to log when it is downloaded. */
  readonly warning?: string;
}

const layer = cachedLayer("gradle", { metadata: s.table({ format: s.integer, uri: s.string, checksum: s.string }) });

/** Counted up when an archive is unpacked in another way. */
const format = 1;

/**
 * Provides Gradle. `BP_GRADLE_VERSION` determines the version, or else the wrapper, or else
 * `.sdkmanrc`. Otherwise, the newest version that runs on the JDK is used.
 */
export async function provideGradle(context: Context, project: Project): Promise<Tool> {
  const { variable, file } = await gradleRequests(project);
  const wrapper = variable === undefined ? await readWrapper(project.app, project.dir, project.bindings) : undefined;
  const found = wrapper
    ? await checked(context, wrapper)
    : await released(context, variable ?? file ?? newestFor(project.jdk.feature));
  return installed(context, { ...found, url: mirrored(found.url, context) });
}

/**
 * Adds the checksum from the inventory if the inventory contains the wrapper's distribution. Few
 * wrappers specify a checksum.
 */
async function checked({ inventory }: Context, wrapper: Wrapper): Promise<Distribution> {
  const known = (await inventory.all("gradle")).find(({ uri }) => uri === wrapper.url);
  return { ...wrapper, checksum: wrapper.checksum ?? known?.checksum, isOfWrapper: true };
}

/** Gradle 9 does not run on older ones. */
const newestFor = (java: number): VersionRequest | undefined =>
  java >= 17 ? undefined : { wanted: "8", source: `Java ${java}` };

/** One that is not in the inventory is downloaded all the same: all have their places. */
async function released({ inventory }: Context, request: VersionRequest | undefined): Promise<Distribution> {
  const known = await inventory.all("gradle");
  if (request !== undefined && isExact(request.wanted) && !known.some(({ version }) => version === request.wanted))
    return unknown(request);
  const options = { scheme: "pep440", ...defined({ source: request?.source }) } as const;
  const { uri, checksum, version } = await inventory.resolve("gradle", request?.wanted.replace(/\.x$/i, ".*"), options);
  return { url: uri, checksum, version, source: request?.source ?? "default" };
}

const unknown = ({ wanted, source }: VersionRequest): Distribution => ({
  url: `https://services.gradle.org/distributions/gradle-${wanted}-bin.zip`,
  checksum: undefined,
  version: wanted,
  source,
  warning: `The archive of Gradle ${wanted}, requested by ${source}, is not verified: its checksum is unknown`,
});

/** `8.5` is the first of its line, as Gradle numbers its releases. */
const isExact = (version: string): boolean => /^\d+\.\d+(?:\.\d+)?(?:-[\w.-]+)?$/.test(version);

/**
 * Replaces the official address by the user's mirror. Other addresses are the user's own choice
 * already, and do not change.
 */
function mirrored(uri: string, { config }: Context): string {
  const mirror = {
    name: "BP_GRADLE_MIRROR",
    value: config.BP_GRADLE_MIRROR,
    code: "GRADLE_MIRROR_INVALID",
    folder: "gradle-8.14.3-bin.zip",
    path: /[^/]+$/,
    example: "https://mirror.example.org/gradle",
  };
  return /^https?:\/\/(?:services|downloads)\.gradle\.org\//.test(uri) ? onMirror({ uri } as Release, mirror).uri : uri;
}

async function installed(context: Context, gradle: Distribution): Promise<Tool> {
  const { url, source, checksum = "" } = gradle;
  const { path } = await context.layers.provide(layer, {
    metadata: { format, uri: publicAddress(url), checksum },
    reject: ({ path }) => (programIn(path) === undefined ? "the installation is incomplete" : undefined),
    create: ({ path }) => download(context, path, gradle),
  });
  const program = programIn(path);
  if (program === undefined) throw noGradle(gradle, "it has no bin/gradle");
  await chmod(program, 0o755);
  return { version: gradle.version ?? versionIn(path) ?? "of the wrapper", source, command: [program] };
}

async function download({ download, log }: Context, path: string, gradle: Distribution): Promise<void> {
  const { url, version, checksum } = gradle;
  if (gradle.warning !== undefined) log.warn(gradle.warning);
  log.info(`Installing Gradle ${version ?? publicAddress(url)}`);
  const archive = join(path, "archive");
  await mkdir(path, { recursive: true });
  const { address, headers } = withLogin(url);
  await download(address, { to: archive, headers, ...defined({ integrity: checksum || undefined }) });
  const refusal = (cause: string) => noGradle(gradle, cause);
  await extractNamed(archive, join(path, "gradle"), { strip: 1, refusal });
  await rm(archive);
}

/** Moves the user name and password of a URL into a header, as the wrapper does. */
function withLogin(url: string): { readonly address: string; readonly headers: Readonly<Record<string, string>> } {
  const { username, password } = new URL(url);
  if (username === "") return { address: url, headers: {} };
  const login = `${decodedLogin(username)}:${decodedLogin(password)}`;
  return {
    address: url.replace(/(:\/\/)[^/@]*@/, "$1"),
    headers: { authorization: `Basic ${Buffer.from(login).toString("base64")}` },
  };
}

const programIn = (path: string): string | undefined => {
  const program = join(path, "gradle/bin/gradle");
  return existsSync(program) ? program : undefined;
};

/**
 * Returns the version in the names of Gradle's jars. It is used if the name of the archive contains
 * no version.
 */
const versionIn = (path: string): string | undefined =>
  readdirSync(join(path, "gradle/lib"))
    .map((name) => /^gradle-(?:core|gradle-cli-main)-(\d.*)\.jar$/.exec(name)?.[1])
    .find((version) => version !== undefined);

const noGradle = ({ url, source, isOfWrapper = false }: Distribution, cause: string) =>
  new UserError(
    "GRADLE_DISTRIBUTION_INVALID",
    `the file at ${publicAddress(url)}, requested by ${source}, is not a Gradle distribution`,
    {
      cause,
      hint: isOfWrapper
        ? `Correct distributionUrl in ${source}, or choose a version with BP_GRADLE_VERSION.`
        : "Check the mirror in BP_GRADLE_MIRROR or BP_DEPENDENCY_MIRROR, or choose another version with BP_GRADLE_VERSION.",
    },
  );
