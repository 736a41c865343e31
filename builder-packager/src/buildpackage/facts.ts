import type { BuildpackToml } from "libcnb/spec";
import type { ModuleDescription, ModuleFacts } from "../config/module-labels.ts";
import { defined, unlessEmpty } from "../defined.ts";
import type { Platform } from "../oci/model/spec.ts";
import { isSource, type PackagedModule, type SourceModule } from "./module.ts";

/**
 * Returns the metadata of a module (a buildpack or an extension) for the label
 * `io.buildpacks.buildpack.layers`, without the layer's diff ID.
 */
export function factsOf(module: SourceModule | PackagedModule, platform: Platform): ModuleFacts {
  if (!isSource(module)) return module.facts;
  const { api, stacks, order, buildpack } = module.descriptor;
  const targets = targetsOf(module, platform);
  return {
    api,
    ...defined({
      stacks: unlessEmpty(stacks.map(stackOf)),
      targets: unlessEmpty(targets),
      order: unlessEmpty(order.map((group) => ({ group: group.map(memberOf) }))),
      homepage: buildpack.homepage || undefined,
      name: buildpack.name || undefined,
    }),
  };
}

/**
 * Returns the metadata of a module (a buildpack or an extension) for the label
 * `io.buildpacks.buildpackage.metadata`.
 */
export function descriptionOf({ descriptor }: SourceModule): ModuleDescription {
  const { description, keywords, execEnv, licenses, clearEnv } = descriptor.buildpack;
  return defined({
    description: description || undefined,
    keywords: unlessEmpty(keywords),
    "exec-env": unlessEmpty(execEnv),
    // Capital keys: pack's type has no names for JSON here.
    licenses: unlessEmpty(licenses.map(({ type = "", uri = "" }) => ({ Type: type, URI: uri }))),
    "clear-env": clearEnv || undefined,
  });
}

/**
 * The targets of a module (a buildpack or an extension): a compiled program only runs on the
 * platforms it was compiled for, even if its author declares none.
 */
function targetsOf({ descriptor, content }: SourceModule, { os, architecture }: Platform) {
  const { targets, stacks } = descriptor;
  if (targets.length === 0 && stacks.length === 0 && content.kind === "typescript") return [{ os, arch: architecture }];
  return targets.map(({ os: declared = "", arch = "", variant, distros = [] }) => ({
    os: declared,
    arch,
    ...defined({
      variant: variant || undefined,
      distros: unlessEmpty(
        distros.map(({ name, version }) => ({ name, ...defined({ version: version || undefined }) })),
      ),
    }),
  }));
}

const stackOf = ({ id, mixins = [] }: BuildpackToml["stacks"][number]) => ({
  id,
  ...defined({ mixins: unlessEmpty(mixins) }),
});

const memberOf = ({ id, version, optional }: BuildpackToml["order"][number][number]) => ({
  id,
  ...defined({ version, optional: optional || undefined }),
});
