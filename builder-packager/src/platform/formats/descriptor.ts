import type { Order } from "libcnb/lifecycle-rules";
import * as v from "valibot";
import { defined } from "../../defined.ts";
import { anyCaseObject } from "../../schema.ts";
import type { BuildpackTarget } from "../images/target.ts";
import { decodeToml } from "./toml.ts";

const strings = v.optional(v.array(v.string()), []);
const element = anyCaseObject({
  id: v.string(),
  version: v.optional(v.string(), ""),
  optional: v.optional(v.boolean(), false),
});
const distro = anyCaseObject({ name: v.optional(v.string()), version: v.optional(v.string()) });
const target = anyCaseObject({
  os: v.optional(v.string()),
  arch: v.optional(v.string()),
  // The specification names `variant`, the lifecycle reads only `arch-variant`: this reads both, as in the lifecycle.
  "arch-variant": v.optional(v.string()),
  distros: v.optional(v.array(distro)),
});

/** The schema of `[[targets]]` in a buildpack.toml or extension.toml. */
export const targetsSchema = v.optional(
  v.pipe(
    v.array(target),
    v.transform((targets) =>
      targets.map(({ "arch-variant": variant, ...rest }): BuildpackTarget => ({ ...rest, variant })),
    ),
  ),
  [],
);

const schema = anyCaseObject({
  api: v.string(),
  buildpack: anyCaseObject({
    id: v.string(),
    version: v.string(),
    name: v.optional(v.string(), ""),
    homepage: v.optional(v.string()),
    "clear-env": v.optional(v.boolean(), false),
    "exec-env": strings,
    "sbom-formats": strings,
  }),
  order: v.optional(v.array(anyCaseObject({ group: v.optional(v.array(element), []) })), []),
  targets: targetsSchema,
  stacks: v.optional(v.array(anyCaseObject({ id: v.optional(v.string(), "") })), []),
});

/** The fields of a buildpack.toml or extension.toml that a platform uses. */
export interface BuildpackDescriptor {
  /** True for an image extension. */
  readonly isExtension?: boolean;
  readonly api: string;
  readonly id: string;
  readonly version: string;
  readonly homepage?: string;
  readonly clearEnv: boolean;
  readonly execEnv: readonly string[];
  /** The media types of the buildpack's SBOMs, without parameters. */
  readonly sbomFormats: readonly string[];
  /** The order of a composite buildpack; empty for any other. */
  readonly order: Order;
  /** The supported targets. If empty, every target is supported. */
  readonly targets: readonly BuildpackTarget[];
}

/**
 * Decodes a buildpack.toml. Without declared targets, a buildpack with bin/build (`hasBuild`)
 * supports Linux.
 */
export function decodeDescriptor(
  text: string,
  { file, hasBuild }: { readonly file: string; readonly hasBuild: boolean },
): BuildpackDescriptor {
  const { api, buildpack, order, targets, stacks } = decodeToml(schema, text, file);
  return {
    api,
    id: buildpack.id,
    version: buildpack.version,
    ...defined({ homepage: buildpack.homepage || undefined }),
    clearEnv: buildpack["clear-env"],
    execEnv: buildpack["exec-env"],
    sbomFormats: buildpack["sbom-formats"].map((format) => format.split(";")[0]?.trim().toLowerCase() ?? ""),
    order: order.map(({ group }) => group),
    targets: targets.length > 0 ? targets : inferredTargets(stacks, api, hasBuild),
  };
}

/**
 * The targets of a buildpack that declares none: inferred from its stacks, or else from bin/build.
 */
function inferredTargets(
  stacks: readonly { id: string }[],
  api: string,
  hasBuild: boolean,
): readonly BuildpackTarget[] {
  const bionic = stacks.length === 1 || minorOf(api) >= 10;
  const fromStacks = stacks.flatMap(({ id }): readonly BuildpackTarget[] => {
    if (id === "*") return [{}];
    if (id !== "io.buildpacks.stacks.bionic" || !bionic) return [];
    return [{ os: "linux", arch: "amd64", distros: [{ name: "ubuntu", version: "18.04" }] }];
  });
  if (fromStacks.length > 0) return fromStacks;
  return hasBuild ? [{ os: "linux" }] : [];
}

/**
 * Returns the minor number of an API version `0.N`. The major number of all known versions is 0.
 */
export const minorOf = (api: string): number => Number(api.split(".")[1] ?? 0);
