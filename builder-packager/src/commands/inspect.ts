import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./registry-flags.ts";

interface Options extends RegistryFlags {
  readonly output: string;
}

/** `cnb inspect IMAGE`: what is in an image that buildpacks built. */
export function register(program: Command): void {
  const command = program
    .command("inspect")
    .description("show the layers, processes, buildpacks and SBOM of an image")
    .argument("<image>", "oci:DIR, oci-archive:FILE, docker-archive:FILE or REGISTRY/REPOSITORY:TAG")
    .option("-o, --output <format>", "text or json", "text");
  registryFlags(command).action(inspect);
}

async function inspect(name: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ readImage }, { parseImageReference }, { imageFacts }, { renderFacts }, { CnbError }] = await Promise.all([
    import("../oci/image-io.ts"),
    import("../oci/reference.ts"),
    import("../inspect/image-facts.ts"),
    import("../inspect/render.ts"),
    import("../errors.ts"),
  ]);
  if (!["text", "json"].includes(options.output)) {
    throw new CnbError("ARGUMENT_INVALID", `--output ${options.output} is unknown`, { hint: "Use text or json." });
  }
  const registry = registryOptions(options, context);
  const facts = await imageFacts(await readImage(parseImageReference(name), { registry }));
  context.stdout.write(options.output === "json" ? `${JSON.stringify(facts, null, 2)}\n` : renderFacts(name, facts));
}
