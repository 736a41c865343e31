import type { BuildpackToml } from "libcnb/spec";
import type { ModuleDescription, ModuleFacts } from "../config/module-labels.ts";
import { defined } from "../defined.ts";
import type { Platform } from "../oci/model/spec.ts";
import { isSource, type PackagedModule, type SourceModule } from "./module.ts";

/**
 * Returns the metadata of a module for the label `io.buildpacks.buildpack.layers`, without the
 * layer's diff ID.
 */
export function factsOf(module: SourceModule | PackagedModule, platform: Platform): ModuleFacts {
  if (!isSource(module)) return module.facts;
  const { api, stacks, order, buildpack } = module.descriptor;
  const targets = targetsOf(module, platform);
  return {
    api,
    ...(stacks.length > 0 && { stacks: stacks.map(stackOf) }),
    ...(targets.length > 0 && { targets }),
    ...(order.length > 0 && { order: order.map((group) => ({ group: group.map(memberOf) })) }),
    ...(buildpack.homepage && { homepage: buildpack.homepage }),
    ...(buildpack.name && { name: buildpack.name }),
  };
}

/** Returns the metadata of a module for the label `io.buildpacks.buildpackage.metadata`. */
export function descriptionOf({ descriptor }: SourceModule): ModuleDescription {
  const { description, keywords, execEnv, licenses, clearEnv } = descriptor.buildpack;
  return {
    ...(description && { description }),
    ...(keywords.length > 0 && { keywords }),
    ...(execEnv.length > 0 && { "exec-env": execEnv }),
    // Capital keys: pack's type has no names for JSON here.
    ...(licenses.length > 0 && { licenses: licenses.map(({ type = "", uri = "" }) => ({ Type: type, URI: uri })) }),
    ...(clearEnv && { "clear-env": true }),
  };
}

/**
 * The targets of a module: a compiled program only runs on the platforms it was compiled for, even
 * if its author declares none.
 */
function targetsOf({ descriptor, content }: SourceModule, { os, architecture }: Platform) {
  const { targets, stacks } = descriptor;
  if (targets.length === 0 && stacks.length === 0 && content.kind === "typescript") return [{ os, arch: architecture }];
  return targets.map(({ os: declared = "", arch = "", variant, distros = [] }) => ({
    os: declared,
    arch,
    ...(variant && { variant }),
    ...(distros.length > 0 && {
      distros: distros.map(({ name, version }) => ({ name, ...(version && { version }) })),
    }),
  }));
}

const stackOf = ({ id, mixins = [] }: BuildpackToml["stacks"][number]) => ({
  id,
  ...(mixins.length > 0 && { mixins }),
});

const memberOf = ({ id, version, optional }: BuildpackToml["order"][number][number]) => ({
  id,
  ...defined({ version }),
  ...(optional && { optional }),
});
