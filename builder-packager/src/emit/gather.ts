import { parseBuilderToml } from "../builder/toml/builder-toml.ts";
import { readConfigFile } from "../config/read-file.ts";
import { openContent } from "../copy/content.ts";
import { imageFor } from "../copy/copy.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { formatImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { readBuilder } from "../platform/images/builder.ts";
import { projectEnv } from "../project/project-env.ts";
import { readDescriptor } from "../project/read-descriptor.ts";
import type { Reporter } from "../reporter.ts";
import { checkedGit, decideNames, type EmitNames, inRegistry, pinnedName } from "./decide.ts";
import type { EmitKind } from "./kind-names.ts";
import type { EmitPlan, KpackPlan, PinnedBuilder } from "./plan.ts";

/** The options of `cnb emit`. */
export interface EmitOptions extends EmitNames {
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
  readonly version: string;
  readonly registry: RegistryOptions;
  readonly reporter: Reporter;
}

/**
 * Reads the files and images that a manifest depends on. Names of images are pinned by their
 * current digests.
 *
 * @throws CnbError ARGUMENT_INVALID, PROJECT_INVALID, BUILDER_…, IMAGE_NOT_FOUND, REGISTRY_…
 */
export async function gatherPlan(kind: EmitKind, options: EmitOptions): Promise<EmitPlan> {
  const names = decideNames(options);
  const descriptor = await readDescriptor(options.app, options.descriptor);
  const builderName = options.builder ?? descriptor?.project.build.builder;
  if (!builderName)
    throw new CnbError("ARGUMENT_INVALID", "no builder is set for the manifest", {
      hint: 'Pass a builder with --builder, or write builder = "…" below [io.buildpacks] in project.toml.',
    });
  const { runImage, registry } = options;
  const { stackId, ...builder } = await pinnedBuilder(builderName, registry);
  if (kind === "tekton") warnAboutLifecycle(descriptor?.project.build, options.reporter);
  return {
    ...names,
    version: options.version,
    builder,
    env: descriptor
      ? [...projectEnv(descriptor.project, "production")].map(([name, value]) => ({ name, value: String(value) }))
      : [],
    jobImage: formatImageReference(inRegistry(parseImageReference(options.jobImage), "the image of the job")),
    ...defined({
      runImage: runImage === undefined ? undefined : await pinned(runImage, "the run image", registry),
      kpack: kind === "kpack" ? await gatherKpack({ builderName, stackId }, options) : undefined,
    }),
  };
}

/** The name of the stack of kpack is a label of the builder and its base images. */
async function pinnedBuilder(
  name: string,
  registry: RegistryOptions,
): Promise<PinnedBuilder & { readonly stackId: string }> {
  const reference = inRegistry(parseImageReference(name), "the builder");
  const { uid, gid, platformApi, image } = await readBuilder(reference, registry);
  const stackId = labelsOf(image)["io.buildpacks.stack.id"] ?? "any";
  return { pinned: await pinned(name, "the builder", registry), uid, gid, platformApi, stackId };
}

async function pinned(name: string, what: string, registry: RegistryOptions): Promise<string> {
  const reference = inRegistry(parseImageReference(name), what);
  const [content] = await openContent(reference, registry);
  if (content === undefined) throw new Error(`${name} contains no image`);
  const { manifest } = await imageFor(content, undefined);
  return pinnedName(reference, manifest.digest);
}

async function gatherKpack(
  { builderName, stackId }: { readonly builderName: string; readonly stackId: string },
  options: EmitOptions,
): Promise<KpackPlan> {
  const { config = "builder.toml", lifecycleImage, registry, namespace } = options;
  const source = checkedGit(options.git, options.revision);
  if (lifecycleImage === undefined)
    throw new CnbError("ARGUMENT_INVALID", "cnb emit kpack needs a lifecycle image", {
      hint: "Create one with cnb lifecycle create, and add --lifecycle-image IMAGE.",
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
    runImage: await pinned(runImage?.image ?? "", "the run image", registry),
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

/** The lifecycle does not read project.toml, so these settings would be lost without a word. */
function warnAboutLifecycle(build: BuildTable | undefined, reporter: Reporter): void {
  if (build === undefined) return;
  const { include, exclude, group, pre, post } = build;
  const lost = [
    include || exclude ? "include and exclude" : undefined,
    group.length + pre.length + post.length > 0 ? "the buildpacks" : undefined,
  ].filter((each) => each !== undefined);
  if (lost.length > 0)
    reporter.warn(`the Task ignores ${lost.join(" and ")} of project.toml: the lifecycle does not read that file`);
}
