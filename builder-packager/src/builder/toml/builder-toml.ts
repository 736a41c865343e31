import { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import { invalidConfig, withCode } from "../../config/problems.ts";
import { unknownKeys } from "../../config/unknown-keys.ts";
import { type VerifyRule, verifyRules } from "../../config/verification/verify-rules.ts";
import { defined, unlessEmpty } from "../../defined.ts";
import type { LifecycleSource } from "../../lifecycle/source.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { builderTomlIssues } from "./builder-toml-rules.ts";
import { builderTomlKeys, builderTomlSchema, type RawBuilderToml } from "./builder-toml-schema.ts";

/** A buildpack or extension in a group of an order. */
export interface OrderMember {
  readonly id: string;
  readonly version?: string;
  readonly optional?: boolean;
  readonly "exec-env"?: readonly string[];
}

export interface OrderGroup {
  readonly group: readonly OrderMember[];
}

/** The name of an image and its mirrors. */
export interface NamedImage {
  readonly image: string;
  readonly mirrors: readonly string[];
}

/** An environment variable for all buildpacks of the builder. */
export interface BuildVariable {
  readonly name: string;
  readonly value: string;
  /**
   * The suffix of the variable's file name, which controls how its value is combined; `""` for no
   * suffix.
   */
  readonly suffix: "" | "default" | "override" | "append" | "prepend";
  readonly delim?: string;
}

/**
 * A platform of a builder. If the target lists distributions, the build image must have one of
 * them.
 */
export interface BuilderTarget extends Platform {
  readonly distros: readonly { readonly name: string; readonly version?: string }[];
}

/** The content of builder.toml, with older keys converted to newer ones. Paths are as written. */
export interface BuilderToml {
  readonly description: string;
  /**
   * The sources of the buildpacks. If `id` or `version` is given, it must match the buildpack's.
   */
  readonly buildpacks: readonly { readonly uri: string; readonly id?: string; readonly version?: string }[];
  readonly extensions: readonly { readonly uri: string; readonly id?: string; readonly version?: string }[];
  readonly order: readonly OrderGroup[];
  readonly orderExtensions: readonly OrderGroup[];
  readonly system?: { readonly pre: readonly OrderMember[]; readonly post: readonly OrderMember[] };
  readonly stackId?: string;
  readonly lifecycle: LifecycleSource;
  readonly buildImage: string;
  readonly buildEnv: readonly BuildVariable[];
  readonly runImages: readonly NamedImage[];
  /** The platforms of the builder. If empty, the platform of the build image is used. */
  readonly targets: readonly BuilderTarget[];
  /** The signatures that the images must have. Paths of keys are relative to the file. */
  readonly verify: readonly VerifyRule[];
  /** Warnings about settings that are valid, but possibly unintended. */
  readonly warnings: readonly string[];
}

/**
 * Parses builder.toml as pack does, from a text or the bytes of a file. All errors are reported at
 * once, with line and column.
 *
 * @throws CnbError BUILDER_CONFIG_INVALID
 * @example `parseBuilderToml(await readFile("builder.toml"), "builder.toml").order`
 */
export function parseBuilderToml(source: string | Uint8Array, file: string): BuilderToml {
  const value = withCode("BUILDER_CONFIG_INVALID", () => parseToml(source, file));
  const unknown = unknownKeys(value, builderTomlKeys);
  const decoding = s.decode(builderTomlSchema, value);
  const issues = [...unknown, ...(decoding.issues ?? builderTomlIssues(decoding.value))];
  if (issues.length === 0 && !decoding.issues) return builderToml(decoding.value);
  const hint = `Correct ${file}; its keys are those of pack's builder.toml.`;
  throw invalidConfig("BUILDER_CONFIG_INVALID", { file, source, issues, hint });
}

function builderToml(raw: RawBuilderToml): BuilderToml {
  const system = { pre: raw.system?.pre?.buildpacks ?? [], post: raw.system?.post?.buildpacks ?? [] };
  return {
    description: raw.description ?? "",
    buildpacks: (raw.buildpacks ?? []).map(moduleSource),
    extensions: (raw.extensions ?? []).map(moduleSource),
    order: (raw.order ?? []).map(orderGroup),
    orderExtensions: (raw["order-extensions"] ?? []).map(orderGroup),
    ...defined({
      system:
        system.pre.length + system.post.length > 0
          ? { pre: system.pre.map(orderMember), post: system.post.map(orderMember) }
          : undefined,
      stackId: raw.stack?.id || undefined,
    }),
    lifecycle: defined({ uri: raw.lifecycle?.uri || undefined, version: raw.lifecycle?.version || undefined }),
    buildImage: raw.build?.image || raw.stack?.["build-image"] || "",
    buildEnv: (raw.build?.env ?? []).map(({ name, value, suffix, delim }) => ({
      name,
      value,
      suffix: suffix ?? "",
      ...defined({ delim: delim || undefined }),
    })),
    runImages: runImages(raw),
    targets: (raw.targets ?? []).map(builderTarget),
    verify: verifyRules(raw.verify),
    warnings: warnings(raw),
  };
}

type RawTarget = NonNullable<RawBuilderToml["targets"]>[number];

const builderTarget = ({ os, arch, variant, distros = [] }: RawTarget): BuilderTarget => ({
  os,
  architecture: arch,
  ...defined({ variant: variant || undefined }),
  distros: distros.map(({ name, version }) => ({ name, ...defined({ version: version || undefined }) })),
});

type RawModuleSource = NonNullable<RawBuilderToml["buildpacks"]>[number];

/** pack's older `image` is always the name of an image in a registry. */
const moduleSource = ({ id, version, uri, image }: RawModuleSource) => ({
  uri: uri || `docker://${image}`,
  ...defined({ id: id || undefined, version: version || undefined }),
});

type RawMember = NonNullable<RawBuilderToml["order"]>[number]["group"][number];

const orderMember = (member: RawMember): OrderMember => ({
  id: member.id,
  ...defined({
    version: member.version || undefined,
    optional: member.optional || undefined,
    "exec-env": unlessEmpty(member["exec-env"]),
  }),
});

const orderGroup = ({ group }: { readonly group: readonly RawMember[] }): OrderGroup => ({
  group: group.map(orderMember),
});

function runImages({ run, stack }: RawBuilderToml): NamedImage[] {
  const listed = (run?.images ?? []).map(({ image, mirrors }) => ({ image, mirrors: mirrors ?? [] }));
  if (listed.length > 0) return listed;
  return [{ image: stack?.["run-image"] ?? "", mirrors: stack?.["run-image-mirrors"] ?? [] }];
}

function warnings(raw: RawBuilderToml): string[] {
  const variables = raw.build?.env ?? [];
  const execEnv = variables.filter((variable) => variable["exec-env"]?.some((name) => name !== "*"));
  const files = new Set<string>();
  const again = variables.filter(({ name, suffix }) => {
    const file = `${name}.${suffix ?? ""}`;
    return files.has(file) || !files.add(file);
  });
  return [
    ...((raw.order ?? []).length === 0 ? ["The order is empty: the builder detects nothing."] : []),
    ...execEnv.map(({ name }) => `exec-env of the build variable ${name} has no effect: the lifecycle always sets it.`),
    ...variables.filter(({ value }) => value === "").map(({ name }) => `The build variable ${name} is empty.`),
    ...again.map(({ name }) => `The build variable ${name} is set twice; the last value is used.`),
  ];
}
