import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { type ImageInspectFlags, imageInspectFlags, refuseUseless } from "./flags/image-inspect-flags.ts";
import { inspectFlags } from "./flags/inspect-flags.ts";

/**
 * `cnb inspect IMAGE`: shows the contents of an image built by buildpacks; `cnb inspect IMAGE
 * OTHER`: shows the differences between two images.
 */
export function register(program: Command): void {
  const command = program
    .command("inspect")
    .description("show the layers, processes, buildpacks and SBOM of an image, or the differences between two images")
    .argument(
      "<image>",
      "oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME, a path or REGISTRY/REPOSITORY:TAG",
    )
    .argument("[other]", "another image, to compare the first one with");
  imageInspectFlags(inspectFlags(command)).action(inspect);
}

async function inspect(
  name: string,
  other: string | undefined,
  flags: ImageInspectFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  refuseUseless(flags, other);
  if (other === undefined) return (await import("./inspect/inspect-one.ts")).inspectOne(name, flags, context);
  return (await import("./inspect/inspect-two.ts")).inspectTwo([name, other], flags, context);
}
