import { Argument, type Command } from "commander";
import { contextOf } from "../../cli-context.ts";
import type { EmitOptions } from "../../emit/gather.ts";
import { defaultJobImage, type EmitKind, emitKinds } from "../../emit/kind-names.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "../flags/registry-flags.ts";

/** The flags of the command. The names of the files and images to read are those of the plan. */
interface Options extends RegistryFlags, Omit<EmitOptions, "app" | "version" | "registry" | "reporter"> {
  readonly project: string;
}

/** `cnb emit KIND`: prints manifests for clusters and CI systems. */
export function register(program: Command): void {
  const command = program
    .command("emit")
    .description("print configuration that builds an app in a cluster or a CI system")
    .addArgument(new Argument("<kind>", "the system that builds the app").choices(emitKinds))
    .option("--image <image>", "the image to build, in a registry (required, except for kubernetes-rebase)")
    .option(
      "-B, --builder <image>",
      "the builder, in a registry (default: the one in project.toml); kubernetes-rebase: a builder with cnb, in which the Job runs",
    )
    .option(
      "--run-image <image>",
      "the run image (default: the one the builder names; kpack: the first one in builder.toml)",
    )
    .option("--cache-image <image>", "the image for cache layers (default: the tag 'cache' in the image's repository)")
    .option(
      "--name <name>",
      "name of the Kubernetes objects or CI jobs (default: the last part of the image's repository; kubernetes-rebase: images)",
    )
    .option("-p, --path <dir>", "the app's directory in its Git repository", ".")
    .option("--project <dir>", "the directory on this machine that contains the app's project.toml", ".")
    .option("-d, --descriptor <file>", "the project descriptor (default: project.toml in the directory of --project)")
    .option(
      "--job-image <image>",
      "gitlab, kubernetes, kubernetes-rebase: the job's image, which must contain Node.js; kubernetes: also git; tekton: an image with git; kubernetes-rebase: or the image of cnb",
      defaultJobImage,
    )
    .option("--config <file>", "kpack: the builder.toml with the order and the base images (default: builder.toml)")
    .option("--lifecycle-image <image>", "kpack: an image that cnb lifecycle create wrote to a registry")
    .option(
      "--builder-tag <image>",
      "kpack: the name of the builder that kpack creates (default: the tag 'kpack' in the builder's repository)",
    )
    .option(
      "--git <url>",
      "kpack, kubernetes, shipwright: the app's Git repository; tekton: print a Pipeline that fetches this repository, too",
    )
    .option("--revision <name>", "kpack, kubernetes, shipwright, tekton: the branch, tag or commit to build", "main")
    .option(
      "--namespace <name>",
      "kpack, kubernetes, shipwright, kubernetes-rebase: the namespace of the objects",
      "default",
    )
    .option(
      "--schedule <cron>",
      "kubernetes, kubernetes-rebase: print a CronJob with this schedule, in UTC, instead of a Job",
    )
    .option("--filter <pattern>", "kubernetes-rebase: the images, for example example.com/shop/*:latest")
    .option("--shards <number>", "kubernetes-rebase: the number of pods that rebase the images together", "4");
  registryFlags(command).action(emit);
}

async function emit(kind: EmitKind, flags: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ gatherPlan, gatherRebase }, { manifestOf, rebaseManifestOf }, { packageVersion }] = await Promise.all([
    import("../../emit/gather.ts"),
    import("../../emit/kinds.ts"),
    import("../../version.ts"),
  ]);
  const { insecureRegistry: _, registryMirror: _mirror, caCert: _ca, project, ...options } = flags;
  const registry = await verifyingOptions(flags, context);
  const given = { ...options, app: project, version: packageVersion, registry, reporter: context.reporter };
  const manifest =
    kind === "kubernetes-rebase"
      ? rebaseManifestOf(await gatherRebase(given))
      : manifestOf(kind, await gatherPlan(kind, given));
  context.stdout.write(manifest);
}
