import { parseBuilderToml } from "../builder/toml/builder-toml.ts";
import { cnbIn } from "../config/cnb/cnb-label.ts";
import { readConfigFile } from "../config/read-file.ts";
import { openContent } from "../copy/content.ts";
import { defined } from "../defined.ts";
import { CnbError, type CnbErrorCode } from "../errors.ts";
import { readImage } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { formatImageReference, parseImageReference, type RegistryReference } from "../oci/model/reference.ts";
import { systemClock } from "../oci/registry/clock.ts";
import { type RegistryOptions, withSameAccess } from "../oci/registry-options.ts";
import { readBuilder } from "../platform/images/builder.ts";
import { projectEnv } from "../project/project-env.ts";
import { readDescriptor } from "../project/read-descriptor.ts";
import type { Reporter } from "../reporter.ts";
import {
  checkedGit,
  checkedSchedule,
  decideNames,
  decideRebase,
  type EmitNames,
  inRegistry,
  isPinned,
  pinnedName,
  shortName,
} from "./decide.ts";
import { type BuildKind, defaultJobImage } from "./kind-names.ts";
import type { EmitPlan, KpackPlan, KubernetesPlan, PinnedBuilder, RebasePlan } from "./plan.ts";

/** The options of `cnb emit`. */
export interface EmitOptions extends Omit<EmitNames, "image"> {
  /** The image to build; not for kubernetes-rebase. */
  readonly image?: string;
  /** The directory with the app's project.toml. @default "." */
  readonly app: string;
  readonly descriptor?: string;
  /** @default the builder in project.toml */
  readonly builder?: string;
  readonly runImage?: string;
  readonly jobImage: string;
  /** The builder.toml, for kpack. */
  readonly config?: string;
  readonly lifecycleImage?: string;
  readonly builderTag?: string;
  readonly git?: string;
  readonly revision: string;
  readonly namespace: string;
  readonly schedule?: string;
  readonly filter?: string;
  readonly shards: string;
  readonly version: string;
  readonly registry: RegistryOptions;
  readonly reporter: Reporter;
}

/**
 * Reads the files and images that a manifest depends on. Each image name in the result is pinned by
 * the image's current digest. If the signature of an image is required, this is the digest that was
 * verified.
 *
 * @throws CnbError ARGUMENT_INVALID, PROJECT_INVALID, BUILDER_…, IMAGE_NOT_FOUND, REGISTRY_…, SIGNATURE_…
 */
export async function gatherPlan(kind: BuildKind, options: EmitOptions): Promise<EmitPlan> {
  const { image } = options;
  if (image === undefined)
    throw new CnbError("ARGUMENT_INVALID", `cnb emit ${kind} needs the name of the image to build`, {
      hint: "Add --image, such as --image registry.example.com/shop.",
    });
  const names = decideNames({ ...options, image });
  const descriptor = await readDescriptor(options.app, options.descriptor);
  const builderName = options.builder ?? descriptor?.project.build.builder;
  if (!builderName)
    throw new CnbError("ARGUMENT_INVALID", "no builder is set for the manifest", {
      hint: 'Pass a builder with --builder, or write builder = "…" below [io.buildpacks] in project.toml.',
    });
  const { runImage, registry } = options;
  const { stackId, ...builder } = await pinnedBuilder(builderName, registry);
  const runner = builder.cnb !== undefined && cnbRunners.includes(kind) ? undefined : lifecycleRunners[kind];
  if (runner !== undefined) warnAboutLifecycle(runner, descriptor?.project.build, options.reporter);
  if (builder.cnb !== undefined && sandboxedKinds.includes(kind))
    options.reporter.warn(
      `the job runs the cnb in ${builderName}, which therefore gets the login of the registry: use only a builder that you trust`,
    );
  return {
    ...names,
    version: options.version,
    builder,
    env: descriptor
      ? [...projectEnv(descriptor.project, "production")].map(([name, value]) => ({ name, value: String(value) }))
      : [],
    jobImage: usesJobImage(kind, builder, options) ? await pinnedJobImage(unpinned, options) : jobImageOf(options),
    ...defined({
      runImage: runImage === undefined ? undefined : await pinned(runImage, "the run image", registry),
      kubernetes: kind === "kubernetes" ? gatherKubernetes(names.name, options) : undefined,
      shipwright:
        kind === "shipwright"
          ? { ...checkedGit(options.git, options.revision, kind), namespace: options.namespace }
          : undefined,
      tekton:
        kind === "tekton" && options.git !== undefined ? checkedGit(options.git, options.revision, kind) : undefined,
      kpack: kind === "kpack" ? await gatherKpack({ builderName, stackId }, options) : undefined,
    }),
  };
}

/**
 * Reads the inputs of a Job that rebases images.
 *
 * @throws CnbError ARGUMENT_INVALID, IMAGE_NOT_FOUND, REGISTRY_…, SIGNATURE_…
 */
export async function gatherRebase(options: EmitOptions): Promise<RebasePlan> {
  const { runImage, builder, registry, version, namespace } = options;
  const decided = decideRebase(options);
  const jobImage = builder === undefined ? await pinnedJobImage(unpinnedWithNpm, options) : jobImageOf(options);
  return {
    ...decided,
    version,
    namespace,
    jobImage,
    ...defined({
      runImage: runImage === undefined ? undefined : await pinned(runImage, "the run image", registry),
      builder: builder === undefined ? undefined : await builderOfRebase(builder, registry),
      cnbImage: builder === undefined && (await isCnbImage(jobImage, options)) ? jobImage : undefined,
    }),
  };
}

/** Whether a container of the manifest has the image of the job. */
const usesJobImage = (kind: BuildKind, { cnb }: PinnedBuilder, { git }: EmitOptions): boolean =>
  kind === "kubernetes" || (kind === "gitlab" && cnb === undefined) || (kind === "tekton" && git !== undefined);

/** @throws CnbError ARGUMENT_INVALID for a builder without `cnb` */
async function builderOfRebase(name: string, registry: RegistryOptions): Promise<PinnedBuilder> {
  const builder = await pinnedBuilder(name, registry);
  if (builder.cnb !== undefined) return builder;
  throw new CnbError("ARGUMENT_INVALID", `the builder ${name} does not contain cnb, which the Job runs`, {
    hint: "Create the builder with cnb builder create --with-cnb, or remove --builder.",
  });
}

/** Whether the image of the job, which may be pinned, is the image of the static program. */
async function isCnbImage(pinnedName: string, options: EmitOptions): Promise<boolean> {
  if (options.jobImage === defaultJobImage || !isPinned(pinnedName)) return false;
  return unlessUnreadable("each pod installs cnb with npm", options, false, async (registry) => {
    const content = cnbIn(await readImage(parseImageReference(pinnedName), { registry }));
    return content !== undefined && content.node === undefined;
  });
}

/** The consequences of an image of the job that cannot be read. */
const unpinned = "the manifest does not pin it by digest";
const unpinnedWithNpm = `${unpinned}, and each pod installs cnb with npm`;

/**
 * Returns the name of the image of the job, with its current digest if the image can be read. If the
 * signature of the image is required, an image that cannot be read is an error.
 */
async function pinnedJobImage(consequence: string, options: EmitOptions): Promise<string> {
  const reference = inRegistry(parseImageReference(options.jobImage), jobImageRole);
  const admitted = await admittedDigest(reference, options.registry);
  if (admitted !== undefined) return pinnedName(reference, admitted);
  const name = formatImageReference(reference);
  if (isPinned(name)) return name;
  return unlessUnreadable(consequence, options, name, async (registry) =>
    pinnedName(reference, await storedDigest(reference, registry)),
  );
}

/**
 * Reads the image of the job, which was admitted before. The registry may be one that only the cluster can reach, so
 * an image that cannot be read is no error: the result is then `otherwise`, and a warning contains the consequence.
 */
async function unlessUnreadable<T>(
  consequence: string,
  { jobImage, registry, reporter }: EmitOptions,
  otherwise: T,
  read: (registry: RegistryOptions) => Promise<T>,
): Promise<T> {
  try {
    return await withinLimit(registry, read);
  } catch (error) {
    registry.signal?.throwIfAborted();
    if (!(error instanceof CnbError) || !unreadableCodes.has(error.code)) throw error;
    reporter.warn(`the image of the job, ${jobImage}, cannot be read, so ${consequence}: ${error.message}`);
    return otherwise;
  }
}

/** The errors of an image that does not exist, is damaged or cannot be reached. Other errors are those of the settings. */
const unreadableCodes: ReadonlySet<CnbErrorCode> = new Set<CnbErrorCode>([
  "BLOB_CORRUPT",
  "IMAGE_INVALID",
  "IMAGE_NOT_FOUND",
  "IMAGE_PLATFORM_MISMATCH",
  "REGISTRY_DENIED",
  "REGISTRY_FAILED",
  "REGISTRY_UNREACHABLE",
]);

const jobImageSeconds = 10;

/**
 * Calls a function with options whose signal ends its requests after {@link jobImageSeconds}. Without a network, the
 * attempts of the registry client would take minutes. The options do not share connections with others, which the
 * signal would end, too.
 *
 * @throws CnbError REGISTRY_UNREACHABLE after this time
 */
async function withinLimit<T>(
  { admit: _, ...registry }: RegistryOptions,
  read: (registry: RegistryOptions) => Promise<T>,
): Promise<T> {
  const { clock = systemClock, signal } = registry;
  const [limit, ended] = [new AbortController(), new AbortController()];
  const wait = async () => {
    await clock.sleep(jobImageSeconds * 1000, ended.signal);
    limit.abort();
  };
  wait().catch(() => undefined);
  try {
    return await read({ ...registry, signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal });
  } catch (error) {
    if (!limit.signal.aborted) throw error;
    throw new CnbError("REGISTRY_UNREACHABLE", `the image could not be read within ${jobImageSeconds} s`, {
      cause: error,
    });
  } finally {
    ended.abort();
  }
}

const jobImageRole = "the image of the job";

const jobImageOf = ({ jobImage }: EmitOptions): string =>
  formatImageReference(inRegistry(parseImageReference(jobImage), jobImageRole));

function gatherKubernetes(name: string, { git, revision, namespace, schedule }: EmitOptions): KubernetesPlan {
  shortName(name);
  return {
    ...checkedGit(git, revision, "kubernetes"),
    namespace,
    ...defined({ schedule: checkedSchedule(schedule) }),
  };
}

/**
 * Reads a builder, and pins the digest that was read. The name of the stack of kpack is a label of
 * the builder and its base images.
 */
async function pinnedBuilder(
  name: string,
  registry: RegistryOptions,
): Promise<PinnedBuilder & { readonly stackId: string }> {
  const reference = inRegistry(parseImageReference(name), "the builder");
  let digest: Digest | undefined;
  const admit = async () => {
    digest = await digestToPin(reference, registry);
    return [digest];
  };
  const { uid, gid, platformApi, image } = await readBuilder(reference, withSameAccess(registry, { admit }));
  if (digest === undefined) throw new Error(`${name} was read without its digest`);
  const stackId = labelsOf(image)["io.buildpacks.stack.id"] ?? "any";
  const cnb = cnbIn(image)?.version;
  return {
    pinned: pinnedName(reference, digest),
    uid,
    gid,
    platformApi,
    stackId,
    ...defined({ cnb }),
  };
}

async function pinned(name: string, what: string, registry: RegistryOptions): Promise<string> {
  const reference = inRegistry(parseImageReference(name), what);
  return pinnedName(reference, await digestToPin(reference, registry));
}

/** Returns the digest that was verified if the signature of the image is required, else the current one. */
const digestToPin = async (reference: RegistryReference, registry: RegistryOptions): Promise<Digest> =>
  (await admittedDigest(reference, registry)) ?? storedDigest(reference, registry);

/**
 * Verifies the signature of an image, and returns the digest that was verified; undefined if no signature is required.
 *
 * @throws CnbError SIGNATURE_…, IMAGE_NOT_FOUND, REGISTRY_…
 */
async function admittedDigest(reference: RegistryReference, registry: RegistryOptions): Promise<Digest | undefined> {
  const admitted = await registry.admit?.(reference);
  if (admitted === undefined) return undefined;
  const [digest] = admitted;
  if (digest !== undefined) return digest;
  throw new CnbError("IMAGE_NOT_FOUND", `${formatImageReference(reference)} changed while it was verified`, {
    hint: "Run the command again. No other user must have write access to the image.",
  });
}

async function storedDigest(reference: RegistryReference, registry: RegistryOptions): Promise<Digest> {
  const [content] = await openContent(reference, registry);
  if (content === undefined) throw new Error(`${formatImageReference(reference)} contains no image`);
  return content.manifest.digest;
}

async function gatherKpack(
  { builderName, stackId }: { readonly builderName: string; readonly stackId: string },
  options: EmitOptions,
): Promise<KpackPlan> {
  const { config = "builder.toml", lifecycleImage, registry, namespace } = options;
  const source = checkedGit(options.git, options.revision, "kpack");
  if (lifecycleImage === undefined)
    throw new CnbError("ARGUMENT_INVALID", "cnb emit kpack needs a lifecycle image", {
      hint: "Create the image with cnb lifecycle create, and add --lifecycle-image IMAGE.",
    });
  const { order, buildImage, runImages } = parseBuilderToml(await readConfig(config), config);
  const { registry: host, repository } = inRegistry(parseImageReference(builderName), "the builder");
  const [runImage] = runImages;
  return {
    ...source,
    namespace,
    order,
    stackId,
    buildImage: await pinned(buildImage, "the build image", registry),
    runImage: await pinned(options.runImage ?? runImage?.image ?? "", "the run image", registry),
    lifecycleImage: await pinned(lifecycleImage, "the lifecycle image", registry),
    builderTag: options.builderTag ?? `${host}/${repository}:kpack`,
  };
}

const readConfig = (file: string): Promise<Uint8Array> => {
  const hint = "Pass the path of the builder.toml with --config.";
  return readConfigFile(file, {
    unreadable: (reason, cause) =>
      new CnbError("BUILDER_CONFIG_INVALID", `cannot read ${file}: ${reason}`, { cause, hint }),
    tooLarge: (reason) => new CnbError("BUILDER_CONFIG_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
};

interface BuildTable {
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly group: readonly unknown[];
  readonly pre: readonly unknown[];
  readonly post: readonly unknown[];
}

/** The kinds of manifests that start the lifecycle in the builder, not `cnb build`. */
const lifecycleRunners: Partial<Record<BuildKind, string>> = {
  tekton: "the Task",
  shipwright: "the Build",
  bitbucket: "the pipeline",
  woodpecker: "the workflow",
  "spring-maven": "Spring Boot's plugin",
  "spring-gradle": "Spring Boot's plugin",
};

/** The kinds that run `cnb build` in a builder with `cnb`, and the lifecycle in other builders. */
const cnbRunners: readonly BuildKind[] = ["tekton", "bitbucket", "woodpecker"];

/** The kinds whose jobs run the builder in a sandbox without the login, unless the builder contains `cnb`. */
const sandboxedKinds: readonly BuildKind[] = ["github", "gitlab"];

/** The lifecycle does not read project.toml, so these settings would be lost without a word. */
function warnAboutLifecycle(runner: string, build: BuildTable | undefined, reporter: Reporter): void {
  if (build === undefined) return;
  const { include, exclude, group, pre, post } = build;
  const lost = [
    include || exclude ? "include and exclude" : undefined,
    group.length + pre.length + post.length > 0 ? "the buildpacks" : undefined,
  ].filter((each) => each !== undefined);
  if (lost.length > 0)
    reporter.warn(`${runner} ignores ${lost.join(" and ")} of project.toml: the lifecycle does not read that file`);
}
