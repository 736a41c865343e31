import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import type { Image } from "../oci/image.ts";
import { type InspectFlags, inspectFlags } from "./inspect-flags.ts";
import { registryOptions } from "./registry-flags.ts";

/** `cnb inspect IMAGE`: what is in an image that buildpacks built. */
export function register(program: Command): void {
  const command = program
    .command("inspect")
    .description("show the layers, processes, buildpacks and SBOM of an image")
    .argument(
      "<image>",
      "oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME, a path or REGISTRY/REPOSITORY:TAG",
    );
  inspectFlags(command).action(inspect);
}

async function inspect(name: string, options: InspectFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { output } = options;
  const { imageAt } = await import("./inspected-place.ts");
  const { imageFacts } = await import("../inspect/image-facts.ts");
  const { readPackConfig } = await import("../inspect/pack-config.ts");
  const inspected = await imageAt(name, { ...options, registry: registryOptions(options, context) }, context);
  for (const hint of betterCommands(name, inspected.image)) context.reporter.info(hint);
  const facts = await imageFacts(inspected.image, name);
  const config = await readPackConfig(context.env, context.reporter);
  if (output === "text" || output === "human-readable") {
    const { renderFacts } = await import("../inspect/render.ts");
    context.stdout.write(renderFacts(name, facts, inspected, config));
  } else {
    const { renderDocument } = await import("../inspect/document.ts");
    const { imageDocument } = await import("../inspect/image-document.ts");
    context.stdout.write(renderDocument(imageDocument(name, facts, inspected, config), output));
  }
}

/** Builders and packages are images, too, but other commands know more of them. */
function betterCommands(name: string, { config }: Image): readonly string[] {
  const labels = config.config?.Labels ?? {};
  if ("io.buildpacks.builder.metadata" in labels)
    return [`It is a builder: cnb builder inspect ${name} shows its parts.`];
  const noun = "io.buildpacks.buildpack.layers" in labels ? "buildpack" : "extension";
  if ("io.buildpacks.buildpackage.metadata" in labels)
    return [`It is a package: cnb ${noun} inspect ${name} shows its parts.`];
  return [];
}
