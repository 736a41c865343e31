import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { readImage } from "../../oci/image-io.ts";
import type { Image } from "../../oci/model/image.ts";
import { envOf, labelsOf } from "../../oci/model/mutate.ts";
import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { isId } from "../../sandbox/check-spec.ts";
import { object } from "../../schema.ts";
import { hasLauncher } from "../paths.ts";

/** The Platform APIs that cnb supports, newest first. */
export const platformApis = ["0.15", "0.14", "0.13", "0.12"] as const;

const apis = object({
  supported: v.optional(v.array(v.string()), []),
  deprecated: v.optional(v.nullable(v.array(v.string()))),
});
const runImage = object({ image: v.string(), mirrors: v.optional(v.nullable(v.array(v.string()))) });

const labelSchema = object({
  lifecycle: object({ version: v.optional(v.string(), ""), apis: object({ buildpack: apis, platform: apis }) }),
  images: v.optional(v.nullable(v.array(runImage))),
  stack: v.optional(object({ runImage: v.optional(v.partial(runImage)) })),
});

/** A builder image with the properties that a build uses. */
export interface Builder {
  readonly reference: ImageReference;
  readonly image: Image;
  /** The user and group that buildpacks run as. */
  readonly uid: number;
  readonly gid: number;
  readonly platformApi: (typeof platformApis)[number];
  /** The Buildpack APIs that the builder's lifecycle supports. */
  readonly buildpackApis: readonly string[];
  readonly lifecycleVersion: string;
  /**
   * False for a builder created with `--launcher none`. Its images start one process without a
   * launcher.
   */
  readonly hasLauncher: boolean;
  /** The run images in order of preference, each with its mirrors. */
  readonly runImages: readonly { readonly image: string; readonly mirrors: readonly string[] }[];
}

const metadataLabel = "io.buildpacks.builder.metadata";

/**
 * Reads a builder.
 *
 * @throws CnbError BUILDER_NOT_FOUND, BUILDER_INVALID.
 */
export async function readBuilder(reference: ImageReference, registry: RegistryOptions): Promise<Builder> {
  const name = formatImageReference(reference);
  const image = await readImage(reference, { registry }).catch((cause) => {
    throw builderNotFound(name, cause);
  });
  return { reference, image, ...describeBuilder(image, name) };
}

function builderNotFound(name: string, cause: unknown): unknown {
  if (!(cause instanceof CnbError) || cause.code !== "IMAGE_NOT_FOUND") return cause;
  return new CnbError("BUILDER_NOT_FOUND", `the builder ${name} does not exist`, {
    cause,
    hint: `${cause.hint} To create a builder, run cnb builder create.`,
  });
}

/** The information in the builder's labels and environment. */
function describeBuilder(image: Image, name: string): Omit<Builder, "reference" | "image"> {
  const { lifecycle, images, stack } = decodeLabel(labelsOf(image)[metadataLabel], name);
  const supported = [...lifecycle.apis.platform.supported, ...(lifecycle.apis.platform.deprecated ?? [])];
  const launches = hasLauncher(labelsOf(image));
  const platformApi = platformApis.find((api) => !launches || supported.includes(api));
  if (!platformApi)
    throw invalid(name, `its lifecycle supports Platform API ${supported.join(", ")}, not ${platformApis.join(", ")}`);
  const fromStack = stack?.runImage?.image ? [{ image: stack.runImage.image, mirrors: stack.runImage.mirrors }] : [];
  return {
    ...userOf(image, name),
    platformApi,
    buildpackApis: [...lifecycle.apis.buildpack.supported, ...(lifecycle.apis.buildpack.deprecated ?? [])],
    lifecycleVersion: lifecycle.version,
    hasLauncher: launches,
    runImages: (images?.length ? images : fromStack).map(({ image, mirrors }) => ({ image, mirrors: mirrors ?? [] })),
  };
}

function decodeLabel(label: string | undefined, name: string): v.InferOutput<typeof labelSchema> {
  if (label === undefined) throw invalid(name, `it has no label ${metadataLabel}`);
  try {
    return v.parse(labelSchema, JSON.parse(label));
  } catch (cause) {
    throw invalid(name, `its label ${metadataLabel} is malformed`, cause);
  }
}

function userOf(image: Image, name: string): { readonly uid: number; readonly gid: number } {
  const env = envOf(image);
  const [uid, gid] = ["CNB_USER_ID", "CNB_GROUP_ID"].map((variable) => Number(env[variable] || Number.NaN)) as [
    number,
    number,
  ];
  if (isId(uid) && isId(gid) && uid > 0) return { uid, gid };
  throw invalid(name, userProblem(env));
}

/** The reason why the user that buildpacks run as cannot be read from the image's environment. */
function userProblem(env: Readonly<Record<string, string | undefined>>): string {
  const names = ["CNB_USER_ID", "CNB_GROUP_ID"];
  const missing = names.find((name) => !env[name]);
  if (missing !== undefined) return `its environment does not contain ${missing}`;
  const malformed = names.find((name) => !isId(Number(env[name])));
  if (malformed === undefined) return "its CNB_USER_ID is 0, but buildpacks cannot run as root";
  return `its ${malformed} is ${JSON.stringify(env[malformed])}, which is not a numeric id`;
}

const invalid = (name: string, why: string, cause?: unknown): CnbError =>
  new CnbError("BUILDER_INVALID", `${name} is not a usable builder: ${why}`, {
    cause,
    hint: "Use an image created by cnb builder create or pack builder create.",
  });
