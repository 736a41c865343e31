import { join } from "node:path";
import process from "node:process";
import { type FileMap, writeFiles } from "libcnb/testing";
import { defined } from "../defined.ts";
import { readImage } from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { BuildReport } from "../platform/build-image.ts";
import { userEnv } from "../platform/user-env.ts";
import { buildImage as build } from "../project/build-image.ts";
import type { Reporter } from "../reporter.ts";
import { ImageBuildError } from "./image-build-error.ts";
import { type InspectedImage, inspectImage } from "./inspect.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";
import { makeBuilder, type TestBase } from "./test-builder.ts";

/**
 * The buildpacks of a test build: a builder, or directories of buildpacks that the test packages
 * into a builder on base images.
 */
export type BuildWith =
  | { readonly builder: string; readonly buildpacks?: never; readonly base?: never }
  | { readonly builder?: never; readonly buildpacks: readonly string[]; readonly base: TestBase };

/** The inputs of {@link buildImage}. */
export type TestBuild = BuildWith & TestBuildSettings;

/** The settings of a test build, in addition to its buildpacks. */
export interface TestBuildSettings {
  /** The path of the app's directory, or the app's files by path. */
  readonly app: string | FileMap;
  /** Environment variables for the buildpacks, such as `BP_…`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The run image. Default: the builder's own. */
  readonly runImage?: string;
  /** The execution environment, `CNB_EXEC_ENV`. Default: `production`. */
  readonly execEnv?: string;
  /** The process that starts by default. Default: the buildpacks' choice. */
  readonly defaultProcess?: string;
  /** True if buildpacks have network access. Default: true. */
  readonly network?: boolean;
  /** Paths of PEM files with CA certificates that buildpacks trust. */
  readonly certificates?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * The inputs of a second build that differ from the first one. `cache: "lost"` builds without the
 * first build's cache. Default: `kept`.
 */
export type TestRebuild = Partial<TestBuildSettings> & { readonly cache?: "kept" | "lost" };

/** An image built by a test. Disposing of it (`await using`) removes it with its rebuilds. */
export interface BuiltImage extends AsyncDisposable {
  /** The image's reference for other tools, for example `oci:/tmp/…/image`. */
  readonly reference: string;
  readonly image: Image;
  readonly report: BuildReport;
  /** Steps, facts, warnings and the buildpacks' output, line by line. */
  readonly log: readonly string[];
  inspect(): Promise<InspectedImage>;
  /** Builds again, with the cache of this build and its image as the previous image. */
  rebuild(changes?: TestRebuild): Promise<BuiltImage>;
  remove(): Promise<void>;
}

/**
 * Builds an app into an image for a test, without Docker, like `cnb build`, but in its own
 * directory and with its own cache. A failed build leaves no files.
 *
 * @throws ImageBuildError with the log; its cause is the CnbError
 * @example
 * ```ts
 * await using image = await buildImage({ app: { "package.json": "{}" }, builder: "oci:builder" });
 * expect((await image.inspect()).processes).toMatchObject({ web: { default: true } });
 * ```
 */
export async function buildImage(options: TestBuild): Promise<BuiltImage> {
  const folder = await temporaryFolder();
  const environment = { folder, count: 0 };
  try {
    // a builder that was created for this build does not stay next to its run image
    const runImage = options.runImage ?? options.base?.run;
    const builder = await builderOf(options, folder);
    return await buildIn(environment, { ...options, ...defined({ runImage }) }, builder);
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

interface TestEnvironment {
  readonly folder: TemporaryFolder;
  count: number;
}

const signalOf = ({ signal }: TestBuildSettings): AbortSignal => signal ?? new AbortController().signal;

async function builderOf(options: TestBuild, { dir }: TemporaryFolder): Promise<ImageReference> {
  if (options.builder !== undefined) return parseImageReference(options.builder);
  const lines: string[] = [];
  const environment = { dir, env: process.env, reporter: reporterTo(lines), signal: signalOf(options) };
  return explained(lines, () => makeBuilder(options, environment));
}

async function buildIn(
  environment: TestEnvironment,
  options: TestBuildSettings,
  builder: ImageReference,
  past?: Past,
): Promise<BuiltImage> {
  environment.count += 1;
  const location = (name: string) => join(environment.folder.dir, `${name}-${environment.count}`);
  const output: ImageReference = { kind: "oci", dir: location("image") };
  const lines: string[] = [];
  const cache = past?.cache ?? location("cache");
  const report = await explained(lines, async () =>
    build({
      ...(await given(options, location("app"))),
      builder,
      output,
      cache,
      env: process.env,
      reporter: reporterTo(lines),
      signal: signalOf(options),
      ...defined({ previousImage: past?.image }),
    }),
  );
  const image = await readImage(output);
  return {
    reference: formatImageReference(output),
    image,
    report,
    log: lines,
    inspect: () => inspectImage(image),
    rebuild: ({ cache: wanted = "kept", ...changes } = {}) =>
      buildIn(environment, { ...options, ...changes }, builder, {
        image: output,
        cache: wanted === "lost" ? undefined : cache,
      }),
    remove: environment.folder.remove,
    [Symbol.asyncDispose]: environment.folder.remove,
  };
}

interface Past {
  readonly image: ImageReference;
  readonly cache: string | undefined;
}

async function given({ app, env = {}, runImage, signal: _, ...rest }: TestBuildSettings, dir: string) {
  if (typeof app !== "string") await writeFiles(dir, app);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return {
    ...rest,
    app: typeof app === "string" ? app : dir,
    userEnv: await userEnv({ files: [], variables }, {}),
    ...defined({ runImage: runImage === undefined ? undefined : parseImageReference(runImage) }),
  };
}

function reporterTo(lines: string[]): Reporter {
  const say = (text: string) => void lines.push(...text.split("\n"));
  return { step: say, info: say, warn: (text) => say(`WARNING: ${text}`), debug: () => {}, output: say };
}

async function explained<T>(lines: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ImageBuildError(cause, lines);
  }
}
