import { isSource, moduleKey, type OrderReference, type PackagedModule, type SourceModule } from "./module.ts";

type Identity = { readonly id: string; readonly version: string };

/** What pack refuses: members without a version, members that are not in the package, dependencies nobody refers to. */
export function orderIssues(
  main: SourceModule,
  dependencies: readonly { readonly location: string; readonly main: Identity }[],
  modules: readonly (SourceModule | PackagedModule)[],
): string[] {
  const references = main.descriptor.order.flat();
  const used = new Set(modules.flatMap(orderOf).map(moduleKey));
  return [
    ...references.flatMap((reference) => referenceIssue(reference, modules)),
    ...dependencies
      .filter((dependency) => !used.has(moduleKey(dependency.main)))
      .map(
        ({ location, main: { id, version } }) => `dependency ${location} (${id}@${version}) is not used by the order`,
      ),
  ];
}

function orderOf(
  module: SourceModule | PackagedModule,
): readonly { readonly id: string; readonly version?: string | undefined }[] {
  if (isSource(module)) return module.descriptor.order.flat();
  return (module.label.order ?? []).flatMap(({ group }): readonly OrderReference[] => group);
}

function referenceIssue(
  reference: { readonly id: string; readonly version?: string | undefined },
  modules: readonly Identity[],
): string[] {
  const versions = modules.filter(({ id }) => id === reference.id).map(({ version }) => version);
  if (reference.version === undefined) return [`${reference.id} has no version${suggested(versions)}`];
  if (versions.includes(reference.version)) return [];
  return [
    `${moduleKey(reference)} is not in the package${versions.length > 0 ? `, only ${versions.join(", ")} is` : ""}`,
  ];
}

const suggested = (versions: readonly string[]): string => (versions[0] ? `; the package has ${versions[0]}` : "");
