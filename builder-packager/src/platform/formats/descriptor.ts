import type { Order } from "libcnb/lifecycle-rules";
import * as v from "valibot";
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
  // The specification says `variant`, the lifecycle reads `arch-variant` only (spec row X6): parity with the lifecycle.
  "arch-variant": v.optional(v.string()),
  distros: v.optional(v.array(distro)),
});

/** `[[targets]]` of a buildpack.toml or extension.toml. */
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

/** The platform's view of a buildpack.toml or extension.toml. */
export interface BuildpackDescriptor {
  /** True for an image extension. */
  readonly isExtension?: boolean;
  readonly api: string;
  readonly id: string;
  readonly version: string;
  readonly homepage?: string;
  readonly clearEnv: boolean;
  readonly execEnv: readonly string[];
  /** Media types without parameters. */
  readonly sbomFormats: readonly string[];
  /** Not empty: a composite buildpack. */
  readonly order: Order;
  /** Empty: any target. */
  readonly targets: readonly BuildpackTarget[];
}

/** Decodes a buildpack.toml. With `hasBuild`, a bin/build exists, from which a missing target is inferred. */
export function decodeDescriptor(
  text: string,
  { file, hasBuild }: { readonly file: string; readonly hasBuild: boolean },
): BuildpackDescriptor {
  const { api, buildpack, order, targets, stacks } = decodeToml(schema, text, file);
  return {
    api,
    id: buildpack.id,
    version: buildpack.version,
    ...(buildpack.homepage ? { homepage: buildpack.homepage } : {}),
    clearEnv: buildpack["clear-env"],
    execEnv: buildpack["exec-env"],
    sbomFormats: buildpack["sbom-formats"].map((format) => format.split(";")[0]?.trim().toLowerCase() ?? ""),
    order: order.map(({ group }) => group),
    targets: targets.length > 0 ? targets : inferredTargets(stacks, api, hasBuild),
  };
}

/** Targets of a buildpack that names none: from its stacks, else from bin/build (spec rows 77, 78). */
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

/** The minor number of a `0.N` API version, as which all known versions compare. */
export const minorOf = (api: string): number => Number(api.split(".")[1] ?? 0);
