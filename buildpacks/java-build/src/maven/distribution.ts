import { existsSync } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { onMirror } from "@libcnb/app-kit/release/mirror";
import { extractNamed } from "@libcnb/app-kit/release/unpacking";
import { parseProperties } from "@libcnb/java-app/properties";
import { type App, cachedLayer, type Release, s, UserError } from "libcnb";
import { type VersionRequest, versionRequests } from "libcnb/kit";
import type { Project, Tool } from "../build-tool.ts";
import type { Context } from "../config.ts";
import { compileReport, reportDigest } from "./report.ts";
import { readWrapper, type Wrapper } from "./wrapper.ts";

/** An archive with a Maven in it. */
interface Distribution {
  readonly uri: string;
  readonly checksum: string | undefined;
  readonly version: string;
  readonly source: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `uri` is the distributionUrl of a wrapper. */
  readonly isOfWrapper?: boolean;
}

const layer = cachedLayer("maven", {
  metadata: s.table({ format: s.integer, uri: s.string, checksum: s.string, jdk: s.integer, report: s.string }),
});

/** Counted up when an archive is unpacked in another way. */
const format = 2;

/**
 * Provides Maven. `BP_MAVEN_VERSION` determines the version, or else the wrapper, `.sdkmanrc` or
 * `system.properties`. Otherwise, the newest version is used. If the wrapper does not name an
 * archive, the wrapper's script runs.
 */
export async function provideMaven(context: Context, project: Project): Promise<Tool> {
  const { app, dir, env } = project;
  const { variable, files } = await mavenRequests(project);
  const wrapper = variable === undefined ? await readWrapper(app, dir, env) : undefined;
  if (wrapper !== undefined && wrapper.url === undefined) return scriptOf(wrapper);
  const found =
    wrapper?.url === undefined
      ? await released(context, variable ?? files[0])
      : { ...wrapper, uri: wrapper.url, version: wrapper.version ?? "of the wrapper", isOfWrapper: true };
  return installed(context, project, { ...found, uri: mirrored(found.uri, context) });
}

/** The project's directory is where it is run. */
const scriptOf = ({ source }: Wrapper): Tool => ({ version: "of the wrapper", source, command: ["sh", "./mvnw"] });

async function released({ inventory }: Context, request: { wanted: string; source: string } | undefined) {
  const release = await inventory.resolve("maven", request?.wanted, request && { source: request.source });
  const { uri, checksum, version } = release;
  return { uri, checksum, version, source: request?.source ?? "default", headers: {} };
}

const mirrored = (uri: string, { config }: Context): string =>
  onMirror({ uri } as Release, {
    name: "BP_MAVEN_MIRROR",
    value: config.BP_MAVEN_MIRROR,
    code: "MAVEN_MIRROR_INVALID",
    folder: "apache-maven-3.9.11-bin.tar.gz",
    path: /[^/]+$/,
    example: "https://mirror.example.org/maven",
  }).uri;

async function installed(context: Context, { jdk }: Project, maven: Distribution): Promise<Tool> {
  const { uri, version, source, checksum = "" } = maven;
  const metadata = {
    format,
    uri: withoutLogin(uri),
    checksum,
    jdk: jdk.feature,
    report: reportDigest(context.buildpack.dir),
  };
  const { path } = await context.layers.provide(layer, {
    metadata,
    reject: ({ path }) => (existsSync(programIn(path)) ? undefined : "the installation is incomplete"),
    async create({ path }) {
      await download(context, path, maven);
      if (!existsSync(programIn(path))) throw noMaven(maven, "it has no bin/mvn");
      const { dir: buildpackDir } = context.buildpack;
      await compileReport(context, { buildpackDir, maven: homeIn(path), jdk: jdk.home, to: join(path, "report") });
    },
  });
  const program = programIn(path);
  await chmod(program, 0o755);
  return { version, source, command: [program] };
}

const withoutLogin = (uri: string): string => uri.replace(/(:\/\/)[^/@]*@/, "$1");

async function download({ download, log }: Context, path: string, maven: Distribution): Promise<void> {
  const { uri, version, checksum, headers } = maven;
  log.info(`Installing Maven ${version}`);
  const archive = join(path, "archive");
  await mkdir(path, { recursive: true });
  await download(uri, { to: archive, headers, ...defined({ integrity: checksum || undefined }) });
  const refusal = (cause: string) => noMaven(maven, cause);
  await extractNamed(archive, join(path, "maven"), { strip: 1, refusal });
  await rm(archive);
}

/** The daemon's archives hold a usual Maven in a directory. */
const homeIn = (path: string): string =>
  ["maven/mvn", "maven"].map((name) => join(path, name)).find((home) => existsSync(join(home, "bin/mvn"))) ?? path;

const programIn = (path: string): string => join(homeIn(path), "bin/mvn");

const noMaven = ({ uri, source, isOfWrapper = false }: Distribution, cause: string) =>
  new UserError(
    "MAVEN_DISTRIBUTION_INVALID",
    `the file at ${withoutLogin(uri)}, requested by ${source}, is not a Maven distribution`,
    {
      cause,
      hint: isOfWrapper
        ? `Correct distributionUrl in ${source}, or choose a version with BP_MAVEN_VERSION.`
        : "Check the mirror in BP_MAVEN_MIRROR or BP_DEPENDENCY_MIRROR, or choose another version with BP_MAVEN_VERSION.",
    },
  );

/**
 * Requested Maven versions besides the wrapper: the first takes precedence over it, the others
 * apply without it.
 */
interface MavenRequests {
  readonly variable: VersionRequest | undefined;
  readonly files: readonly VersionRequest[];
}

async function mavenRequests({ app, dir, settings }: Project): Promise<MavenRequests> {
  const [variable] = versionRequests([{ wanted: settings.BP_MAVEN_VERSION, source: "BP_MAVEN_VERSION" }]);
  const [sdkman, system] = [".sdkmanrc", "system.properties"].map((name) => inDir(dir, name));
  const files = versionRequests([
    { wanted: await propertyIn(app, sdkman ?? "", "maven"), source: sdkman ?? "" },
    { wanted: await propertyIn(app, system ?? "", "maven.version"), source: system ?? "" },
  ]);
  return { variable, files };
}

const propertyIn = async (app: App, path: string, name: string): Promise<string | undefined> =>
  (await app.exists(path)) ? parseProperties(await app.readText(path)).get(name) : undefined;
