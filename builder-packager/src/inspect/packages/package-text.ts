import type { ModuleKind } from "../../config/module-descriptor.ts";
import type { ModuleRuntime } from "../../config/module-runtimes.ts";
import { columns } from "../columns.ts";
import { heading, moduleTable, orderLines, section, visible } from "../text.ts";
import type { PackageSource } from "./package-document.ts";
import type { PackagedModuleInfo, PackageFacts } from "./package-facts.ts";

/**
 * Returns the text that `cnb buildpack inspect` and `cnb extension inspect` print: pack's sections,
 * the targets, and the runtimes.
 */
export function packageText(
  name: string,
  kind: ModuleKind,
  given: PackageFacts,
  { where, about, verbose }: PackageSource & { readonly verbose: boolean },
): string {
  const { main, stacks, targets, modules, order } = visible(given);
  const isBuildpack = kind === "buildpack";
  const groups = order.length > 0 ? orderLines(order) : ["  (none)"];
  return [
    ...heading(kind, name, where, about),
    ...(main.description ? [`Description: ${main.description}`, ""] : []),
    ...(isBuildpack
      ? section(
          "Stacks",
          stacks.flatMap((stack) => stackLines(stack, verbose)),
        )
      : []),
    ...section("Targets", targets.map(targetLine), "(any)"),
    ...section(isBuildpack ? "Buildpacks" : "Extension", moduleTable(modules)),
    ...runtimeSection(modules),
    ...(isBuildpack ? ["Detection Order:", ...groups, ""] : []),
  ].join("\n");
}

function stackLines({ id, mixins = [] }: PackageFacts["stacks"][number], verbose: boolean): readonly string[] {
  const listed = mixins.length > 0 ? mixins : ["(none)"];
  return [`ID: ${id}`, "  Mixins:", ...(verbose ? listed : ["(omitted)"]).map((mixin) => `    ${mixin}`)];
}

function targetLine({ os, arch, variant, distros = [] }: PackageFacts["targets"][number]): string {
  const names = distros.map(({ name, version }) => (version ? `${name} ${version}` : name));
  return [
    [os || "*", arch || "*", ...(variant ? [variant] : [])].join("/"),
    ...(names.length > 0 ? [`(${names.join(", ")})`] : []),
  ].join(" ");
}

function runtimeSection(modules: readonly PackagedModuleInfo[]): readonly string[] {
  const rows = modules.flatMap(({ id, version, runtime }) =>
    runtime ? [[version ? `${id}@${version}` : id, runtimeText(runtime)]] : [],
  );
  return rows.length > 0 ? section("Runtime", columns(rows)) : [];
}

function runtimeText(runtime: ModuleRuntime): string {
  const phases = Object.entries(runtime);
  const [first, ...others] = new Set(phases.map(([, name]) => name));
  if (first !== undefined && others.length === 0) return first;
  return phases.map(([phase, name]) => `${name} (${phase})`).join(", ");
}
