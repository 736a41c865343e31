import type { Command } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";

interface Options {
  readonly output: readonly string[];
  readonly format?: string;
  readonly target: readonly string[];
  readonly config?: string;
  readonly flatten: boolean;
  readonly insecureRegistry: readonly string[];
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** `cnb buildpack package [DIR]`: a buildpack as an image that can be put into builders. */
export function register(program: Command): void {
  program
    .command("buildpack")
    .description("package buildpacks")
    .command("package")
    .description("compile a buildpack and package it, with its members if it is composite")
    .argument("[dir]", "folder with buildpack.toml", ".")
    .option(
      "-o, --output <name>",
      "FILE.cnb, oci:DIR, oci-archive:FILE or REGISTRY/REPOSITORY:TAG (repeatable; default: DIR/dist/NAME.cnb)",
      collect,
      [],
    )
    .option("-f, --format <format>", "what --output names: image, file (a .cnb) or dir (an OCI layout)")
    .option("-t, --target <os/arch>", "platform (repeatable; default: package.toml, then this machine's)", collect, [])
    .option("-c, --config <file>", "another package.toml than the one in DIR")
    .option("--no-flatten", "give each buildpack its own layer and executable, for tools that split packages")
    .option("--insecure-registry <host>", "reach this registry without TLS checks (repeatable)", collect, [])
    .action(async (dir: string, options: Options, command: Command) => packageIt(dir, options, contextOf(command)));
}

async function packageIt(dir: string, options: Options, context: CommandContext): Promise<void> {
  const [{ packageBuildpack }, { parseFormat }] = await Promise.all([
    import("../buildpackage/package.ts"),
    import("../buildpackage/output.ts"),
  ]);
  const { output, format, target, config, flatten, insecureRegistry } = options;
  const registry = { env: context.env, insecure: insecureRegistry, signal: context.signal };
  const request = { dir, outputs: output, format: parseFormat(format), targets: target, config, flatten, registry };
  const written = await packageBuildpack(request, context);
  for (const { location, digest } of written) context.stdout.write(`${location}@${digest}\n`);
}
