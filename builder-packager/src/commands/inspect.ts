import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
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
