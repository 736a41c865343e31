import type { Command } from "commander";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import type { ModuleKind } from "../../config/module-descriptor.ts";
import type { PackageSource } from "../../inspect/packages/package-document.ts";
import type { PackageFacts } from "../../inspect/packages/package-facts.ts";
import { depthFlag, type InspectFlags, inspectFlags } from "../flags/inspect-flags.ts";
import { registryOptions } from "../flags/registry-flags.ts";
import { nounOf } from "../tree/noun.ts";

interface Options extends InspectFlags {
  readonly depth?: number;
}

/**
 * `cnb buildpack inspect` and `cnb extension inspect`: show the contents of a package, or of a
 * source directory.
 */
export function registerInspect(program: Command, kind: ModuleKind): void {
  const command = nounOf(program, kind)
    .command("inspect")
    .description(
      kind === "buildpack"
        ? "show a buildpackage's buildpacks, their order and their runtimes"
        : "show the contents of an extension package",
    )
    .argument(`<${kind}>`, `a .cnb file, an image, or the directory that contains ${kind}.toml`);
  const withDepth = kind === "buildpack" ? depthFlag(command) : command;
  inspectFlags(withDepth).action((name: string, options: Options, self: Command) => inspect(kind, name, options, self));
}

/** The names of locations, as in pack if pack has the kind. */
const locationNames = {
  registry: "remote image",
  "docker-daemon": "local image",
  "oci-archive": "local archive",
  "docker-archive": "local archive",
  oci: "local layout",
} as const;

async function inspect(
  kind: ModuleKind,
  name: string,
  { output, ...options }: Options,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { packageText } = await import("../../inspect/packages/package-text.ts");
  const { packageDocument } = await import("../../inspect/packages/package-document.ts");
  const { renderDocument } = await import("../../inspect/document.ts");
  const { facts, source } = await found(kind, name, options, context);
  const verbose = command.optsWithGlobals()["verbose"] === true;
  context.stdout.write(
    output === "text" || output === "human-readable"
      ? packageText(name, kind, facts, { ...source, verbose })
      : renderDocument(packageDocument(name, kind, facts, source), output),
  );
}

async function found(
  kind: ModuleKind,
  name: string,
  { depth, platform, ...flags }: Omit<Options, "output">,
  context: CommandContext,
): Promise<{ readonly facts: PackageFacts; readonly source: PackageSource }> {
  const { locationOf } = await import("../../inspect/inspected-location.ts");
  const options = depth === undefined ? {} : { depth };
  const registry = await registryOptions(flags, context);
  const location = await locationOf(name, context.cwd);
  if (location.kind === "folder") {
    const { sourceFacts } = await import("../../inspect/packages/source-facts.ts");
    return {
      facts: await sourceFacts(location.dir, kind, options),
      source: { location: "local", where: "local directory" },
    };
  }
  const { inspectedImage } = await import("../../inspect/inspected-image.ts");
  const { packageFacts } = await import("../../inspect/packages/package-facts.ts");
  const source = {
    ...(await inspectedImage(location.reference, { platform, registry })),
    where: locationNames[location.reference.kind],
  };
  return { facts: packageFacts(source.image, kind, name, options), source };
}
