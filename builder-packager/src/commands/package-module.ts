import type { Command } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";

interface Options {
  readonly output: readonly string[];
  readonly format?: string;
  readonly target: readonly string[];
  readonly config?: string;
  readonly flatten?: boolean;
  readonly insecureRegistry: readonly string[];
}

type Kind = "buildpack" | "extension";

const descriptions = {
  buildpack: "compile a buildpack and package it, with its members if it is composite",
  extension: "compile an image extension and package it",
} as const;

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** Adds a `package` command: a buildpack or extension as an image that can be put into builders. */
export function registerPackage(noun: Command, kind: Kind): Command {
  return noun
    .command("package")
    .description(descriptions[kind])
    .argument("[dir]", `folder with ${kind}.toml`, ".")
    .option(
      "-o, --output <name>",
      "FILE.cnb, oci:DIR, oci-archive:FILE or REGISTRY/REPOSITORY:TAG (repeatable; default: DIR/dist/NAME.cnb)",
      collect,
      [],
    )
    .option("-f, --format <format>", "what --output names: image, file (a .cnb) or dir (an OCI layout)")
    .option("-t, --target <os/arch>", "platform (repeatable; default: package.toml, then this machine's)", collect, [])
    .option("-c, --config <file>", "another package.toml than the one in DIR")
    .option("--insecure-registry <host>", "reach this registry without TLS checks (repeatable)", collect, [])
    .action(async (dir: string, options: Options, command: Command) =>
      packageIt(kind, dir, { options, context: contextOf(command) }),
    );
}

async function packageIt(
  kind: Kind,
  dir: string,
  { options, context }: { readonly options: Options; readonly context: CommandContext },
): Promise<void> {
  const [{ packageBuildpack }, { parseFormat }] = await Promise.all([
    import("../buildpackage/package.ts"),
    import("../buildpackage/output.ts"),
  ]);
  const { output, format, target, config, flatten = true, insecureRegistry } = options;
  const registry = { env: context.env, insecure: insecureRegistry, signal: context.signal };
  const given = { outputs: output, format: parseFormat(format), targets: target, config, flatten, registry };
  const written = await packageBuildpack({ kind, dir, ...given }, context);
  for (const { location, digest } of written) context.stdout.write(`${location}@${digest}\n`);
}
