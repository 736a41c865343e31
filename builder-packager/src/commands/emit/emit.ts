import { Argument, type Command } from "commander";
import { contextOf } from "../../cli-context.ts";
import type { EmitOptions } from "../../emit/gather.ts";
import { type EmitKind, emitKinds } from "../../emit/kind-names.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "../flags/registry-flags.ts";

/** The flags of the command. The names of the files and images to read are those of the plan. */
interface Options extends RegistryFlags, Omit<EmitOptions, "app" | "version" | "registry" | "reporter"> {
  readonly project: string;
}

/** `cnb emit KIND`: prints manifests for clusters and CI systems. */
export function register(program: Command): void {
  const command = program
    .command("emit")
    .description("print the manifests with which a cluster or a CI system builds an app")
    .addArgument(new Argument("<kind>", "the system").choices(emitKinds))
    .requiredOption("--image <image>", "the image to build, in a registry")
    .option("-B, --builder <image>", "the builder, in a registry (default: the one in project.toml)")
    .option("--run-image <image>", "the run image (default: the one the builder names)")
    .option("--cache-image <image>", "the image for cache layers (default: the tag cache of the image's repository)")
    .option("--name <name>", "name of the objects and jobs (default: the last part of the image's repository)")
    .option("-p, --path <dir>", "the app's directory in its repository", ".")
    .option("--project <dir>", "the directory on this machine with the app's project.toml", ".")
    .option("-d, --descriptor <file>", "the project descriptor (default: project.toml in the directory of --project)")
    .option("--job-image <image>", "gitlab: the image of the job, with Node.js", "node:24")
    .option("--config <file>", "kpack: the builder.toml with the order and the base images (default: builder.toml)")
    .option("--lifecycle-image <image>", "kpack: the image that cnb lifecycle create wrote")
    .option(
      "--builder-tag <image>",
      "kpack: the builder to compose (default: the tag kpack of the builder's repository)",
    )
    .option("--git <url>", "kpack: the app's repository")
    .option("--revision <name>", "kpack: the branch, tag or commit to build", "main")
    .option("--namespace <name>", "kpack: the namespace of the image and its ServiceAccount", "default");
  registryFlags(command).action(emit);
}

async function emit(kind: EmitKind, flags: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ gatherPlan }, { manifestOf }, { packageVersion }] = await Promise.all([
    import("../../emit/gather.ts"),
    import("../../emit/kinds.ts"),
    import("../../version.ts"),
  ]);
  const { insecureRegistry: _, registryMirror: _mirror, caCert: _ca, project, ...options } = flags;
  const registry = await verifyingOptions(flags, context);
  const plan = await gatherPlan(kind, {
    ...options,
    app: project,
    version: packageVersion,
    registry,
    reporter: context.reporter,
  });
  context.stdout.write(manifestOf(kind, plan));
}
