import type { Command } from "commander";
import type { CreatedProject, CreateOptions, ScaffoldErrorCode } from "create-buildpack";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import { defined } from "../../defined.ts";
import { CnbError, type CnbErrorCode } from "../../errors.ts";
import { addValue } from "../flags/listed-values.ts";

/**
 * The flags of `cnb buildpack new` and `cnb extension new`: those of pack and of `npm create
 * buildpack`.
 */
interface Flags extends Omit<CreateOptions, "dir" | "kind" | "id"> {
  readonly path?: string;
  readonly output: string;
}

// written out: the help of all commands loads no templates
const templateHelp = {
  buildpack: "minimal, dependency, composite or builder (default: minimal)",
  extension: "extension (default)",
} as const;

/** Adds a `new` command that starts a project from a template. */
export function registerNew(noun: Command, kind: "buildpack" | "extension"): void {
  noun
    .command("new")
    .description(`create a project for ${kind === "extension" ? "an extension" : "a buildpack"} in TypeScript`)
    .argument("[id]", `id of the ${kind}, for example acme/my-${kind}`)
    .option("-p, --path <dir>", "directory to create (default: the last part of the id)")
    .option("-a, --api <version>", "Buildpack API (default: 0.10)")
    .option("-V, --version <version>", `version of the ${kind} (default: 0.1.0)`)
    .option(
      "-t, --targets <os/arch>",
      `platform of the ${kind} (repeatable; default: linux/amd64 and linux/arm64)`,
      addValue,
    )
    .option("--template <name>", templateHelp[kind])
    .option("--name <text>", "display name (default: derived from the id)")
    .option("--description <text>", "one-line description")
    .option("--license <spdx-id>", "MIT, Apache-2.0, BSD-3-Clause or none (default: MIT)")
    .option("--author <text>", "NAME <MAIL> (default: Git's user)")
    .option("--registry <url>", "npm registry of the project, written into .npmrc (default: npm's configuration)")
    .option(
      "--packages <dir>",
      "directory with the npm packages of libcnb.ts as .tgz files, which are copied into vendor",
    )
    .option("--git", "create a Git repository (default: yes, unless the directory is inside one)")
    .option("--no-git", "do not create a Git repository")
    .option("--install", "run npm install (default: no)")
    .option("--no-install", "do not run npm install and do not ask")
    .option("-f, --force", "overwrite existing files")
    .option("-y, --yes", "use the defaults without asking")
    .option("-o, --output <format>", "output format: text or json", "text")
    .action(async (id: string | undefined, flags: Flags, command: Command) =>
      start({ kind, ...defined({ id, dir: id === undefined ? undefined : folderOf(id) }) }, flags, contextOf(command)),
    );
}

const folderOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1) || ".";

async function start(named: CreateOptions, flags: Flags, context: CommandContext): Promise<void> {
  const { path, output, ...others } = flags;
  if (output !== "text" && output !== "json")
    throw new CnbError("ARGUMENT_INVALID", `--output ${output} is unknown`, {
      hint: "Use --output text or --output json.",
    });
  const options = { ...named, ...others, ...defined({ dir: path }) };
  const { renderCreated } = await import("create-buildpack");
  const created = await createOrExplain(options, context);
  if (created) context.stdout.write(renderCreated(created, output));
}

async function createOrExplain(options: CreateOptions, context: CommandContext): Promise<CreatedProject | undefined> {
  const { create, Cancelled, ScaffoldError } = await import("create-buildpack");
  const { cwd, env, signal } = context;
  const host = { cwd, env, signal, now: new Date(), input: process.stdin, progress: process.stderr };
  try {
    return await create(options, host);
  } catch (error) {
    if (error instanceof Cancelled) return cancelled(error.message);
    if (!(error instanceof ScaffoldError)) throw error;
    throw new CnbError(codes[error.code], error.message, { cause: error.cause, hint: error.hint });
  }
}

function cancelled(message: string): undefined {
  process.stderr.write(`${message}\n`);
  process.exitCode = 130;
}

const codes: Record<ScaffoldErrorCode, CnbErrorCode> = {
  ARGUMENT_INVALID: "ARGUMENT_INVALID",
  FILES_EXIST: "FILES_EXIST",
  INSTALL_FAILED: "INSTALL_FAILED",
  OUTPUT_UNWRITABLE: "OUTPUT_UNWRITABLE",
};
