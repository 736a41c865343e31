import type { BuildpackToml } from "libcnb/spec";
import type { ModuleDescription, ModuleFacts } from "../config/module-labels.ts";
import type { Platform } from "../oci/spec.ts";
import { isSource, type PackagedModule, type SourceModule } from "./module.ts";

/** What the label `io.buildpacks.buildpack.layers` says of a module besides its layer. */
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

/** What the label `io.buildpacks.buildpackage.metadata` says of a module besides. */
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

/** A program that was compiled runs where it was compiled for, whether its author says so or not. */
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
  ...(version !== undefined && { version }),
  ...(optional && { optional }),
});
