import type { Command } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import type { PackConfig } from "../config/pack-config.ts";
import { CnbError } from "../errors.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import { defaultBuilder } from "./flags/default-builder.ts";
import { depthFlag, type InspectFlags, inspectFlags } from "./flags/inspect-flags.ts";
import { registryOptions } from "./flags/registry-flags.ts";

interface Options extends InspectFlags {
  readonly depth?: number;
}

/** `cnb builder inspect IMAGE`: shows the contents of a builder. */
export function register(program: Command): void {
  const noun =
    program.commands.find((each) => each.name() === "builder") ??
    program.command("builder").description("create and inspect builder images");
  const command = noun
    .command("inspect")
    .description("show the buildpacks, order, lifecycle and run images of a builder")
    .argument(
      "[builder]",
      "the builder's image or path (default: default-builder of cnb config, or else of pack config)",
    );
  inspectFlags(depthFlag(command)).action(inspect);
}

async function inspect(given: string | undefined, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const { readPackConfig } = await import("../config/pack-config.ts");
  const pack = await readPackConfig(context.env, (text) => context.reporter.warn(text));
  const { defaultBuilder: own } = await defaultBuilder(context);
  const config = own === undefined ? pack : { ...pack, defaultBuilder: formatImageReference(own) };
  const name = given ?? config.defaultBuilder;
  if (name === undefined)
    throw new CnbError("ARGUMENT_INVALID", "no builder is given, and no default builder is configured", {
      hint: "Run cnb builder inspect IMAGE, or cnb config set default-builder IMAGE.",
    });
  context.stdout.write(
    await inspection(name, options, { ...context, config, verbose: command.optsWithGlobals()["verbose"] === true }),
  );
}

async function inspection(
  name: string,
  { output, depth, ...options }: Options,
  context: CommandContext & { readonly config: PackConfig; readonly verbose: boolean },
): Promise<string> {
  const { imageAt } = await import("./inspect/inspected-image.ts");
  const { builderFacts } = await import("../inspect/builders/builder-facts.ts");
  const { builderText, builderWarnings } = await import("../inspect/builders/builder-text.ts");
  const { builderDocument } = await import("../inspect/builders/builder-document.ts");
  const { renderDocument } = await import("../inspect/document.ts");
  const inspected = await imageAt(name, { ...options, registry: await registryOptions(options, context) }, context);
  const facts = builderFacts(inspected.image, name, depth === undefined ? {} : { depth });
  for (const warning of builderWarnings(name, facts)) context.reporter.warn(warning);
  return output === "text" || output === "human-readable"
    ? builderText(name, facts, inspected, context)
    : renderDocument(builderDocument(name, facts, inspected, context), output);
}
