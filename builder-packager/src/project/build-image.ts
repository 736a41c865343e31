import type { EnvDirectory } from "libcnb/lifecycle-rules";
import { imageReferenceIn } from "../builder/modules/module-uri.ts";
import { CnbError } from "../errors.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { type BuildReport, buildImage as build } from "../platform/build-image.ts";
import type { BuildImageOptions, BuildSettings } from "../platform/build-options.ts";
import { checkApp } from "../platform/check-options.ts";
import { checkConfined, checkConfinedLayout, checkConfinedLocation } from "../platform/confined.ts";
import { isInBuilder, ownContainer } from "../platform/images/container-builder.ts";
import { outputPathOf } from "../platform/output-paths.ts";
import { verifiedImages } from "../signing/admission.ts";
import { addBuildpacks } from "./add-buildpacks.ts";
import { type DeclaredBuildpacks, declaredBuildpacks } from "./declared-buildpacks.ts";
import { fileFilter } from "./file-filter.ts";
import { projectEnv } from "./project-env.ts";
import { projectSource } from "./project-source.ts";
import { type ProjectDescriptor, readDescriptor } from "./read-descriptor.ts";

/**
 * Builds an app into an image with the buildpacks of a builder, following the options and the app's
 * project.toml: analyze, detect, restore, build, export.
 *
 * @throws CnbError APP_NOT_FOUND, ARGUMENT_INVALID, PROJECT_INVALID, BINDING_INVALID, BUILDER_…, BUILDPACK_…, RUN_IMAGE_NOT_FOUND, ARCHITECTURE_MISMATCH, SIGNATURE_…, DETECT_…, BUILD_…, EXPORT_FAILED, OUTPUT_UNWRITABLE.
 * @example `await buildImage({ app: ".", builder: parseImageReference("oci:builder"), output: parseImageReference("oci:app"), env, reporter, signal })`
 */
export async function buildImage(options: BuildImageOptions): Promise<BuildReport> {
  await checkApp(options.app);
  const { execEnv = "production", reporter } = options;
  const descriptor = await readDescriptor(options.app, options.descriptor);
  if (descriptor) reporter.debug(`Project descriptor: ${descriptor.file}`);
  for (const warning of descriptor?.warnings ?? []) reporter.warn(warning);
  const registry = verifying(options);
  const settings = { ...options, registry, ...(await builderAndBackend(options, descriptor)) };
  const declared = declaredBuildpacks(options, descriptor, execEnv);
  for (const warning of withoutEffect(declared)) reporter.warn(warning);
  const project = descriptor ? fromProject(descriptor, execEnv, options.userEnv) : {};
  const input = { ...settings, ...project };
  if (!isDeclared(declared)) return build(input);
  return build({
    ...input,
    addBuildpacks: (builder, signal) => addBuildpacks({ declared, builder, settings: { ...settings, signal } }),
  });
}

/**
 * Chooses the builder and the backend. In a container of a builder, its own buildpacks run
 * directly, unless another builder is named. That one is used in a sandbox.
 */
async function builderAndBackend(
  options: BuilderOptions,
  descriptor: ProjectDescriptor | undefined,
): Promise<{ readonly builder: ImageReference; readonly backend?: string }> {
  const wanted = options.backend ?? options.env["LIBCNB_SANDBOX"] ?? "auto";
  const isNamed = options.builder !== undefined || descriptor?.project.build.builder !== undefined;
  if (wanted === "direct" && options.builder !== undefined)
    throw new CnbError(
      "ARGUMENT_INVALID",
      "--backend direct builds with the builder of this container, so --builder cannot choose another one",
      {
        hint: "Remove one of the two options.",
      },
    );
  if (wanted === "direct" || (wanted === "auto" && !isNamed && isInBuilder(options.env))) {
    if (isVerified(options)) throw unverifiable();
    return { builder: ownContainer, backend: "direct" };
  }
  return { builder: options.builder ?? (await builderOf(descriptor)) ?? options.defaultBuilder ?? noBuilder() };
}

type SignerOptions = Pick<BuildImageOptions, "verifyKeys" | "verifyIdentities">;
type BuilderOptions = SignerOptions & Pick<BuildImageOptions, "builder" | "defaultBuilder" | "backend" | "env">;

const isVerified = ({ verifyKeys = [], verifyIdentities = [] }: SignerOptions): boolean =>
  verifyKeys.length + verifyIdentities.length > 0;

/** The registry options with which the build reads only images with a signature by one of the signers. */
function verifying(options: BuildImageOptions): RegistryOptions {
  const { verifyKeys: keys = [], verifyIdentities: identities = [], registry = {} } = options;
  return isVerified(options) ? verifiedImages(registry, [{ images: [], keys, identities }]) : registry;
}

const unverifiable = (): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    "cnb cannot verify the signature of the builder of this container, because the builder already runs",
    {
      hint: "Remove --verify-key and the options of the keyless signer, or build with --builder IMAGE outside of this container.",
    },
  );

/**
 * The settings from project.toml. The user's environment variables take precedence over those in
 * project.toml.
 */
const fromProject = (
  { project }: ProjectDescriptor,
  execEnv: string,
  userEnv: EnvDirectory = new Map(),
): Pick<BuildSettings, "fileFilter" | "projectSource" | "userEnv"> => ({
  projectSource: projectSource(project),
  fileFilter: fileFilter(project.build),
  userEnv: new Map([...projectEnv(project, execEnv), ...userEnv]),
});

const isDeclared = ({ group, pre, post, extensions }: DeclaredBuildpacks): boolean =>
  group.length + pre.length + post.length + extensions.length > 0;

const withoutEffect = ({ group, pre, post }: DeclaredBuildpacks): readonly string[] =>
  group.length === 0 || pre.length + post.length === 0
    ? []
    : ["the buildpacks to run before and after the builder's order are ignored: other buildpacks replace that order"];

function noBuilder(): never {
  throw new CnbError("ARGUMENT_INVALID", "no builder is set for this build", {
    hint: 'Pass a builder with --builder, write builder = "…" below [io.buildpacks] in project.toml, or run cnb config set default-builder IMAGE.',
  });
}

/** The builder in project.toml. */
async function builderOf(descriptor: ProjectDescriptor | undefined): Promise<ImageReference | undefined> {
  const name = descriptor?.project.build.builder;
  if (!descriptor || !name) return undefined;
  const reference = imageReferenceIn(descriptor.dir, name);
  const location = { confinedTo: descriptor.confinedTo, where: descriptor.file, text: name };
  await checkConfinedLocation(descriptor.dir, location);
  await checkConfined(await outputPathOf(reference), location);
  if (reference.kind === "oci") await checkConfinedLayout(reference.dir, location);
  return reference;
}
