import { parseArgs } from "node:util";
import { defined } from "./defined.ts";
import { ScaffoldError } from "./errors.ts";
import type { CreateOptions } from "./options.ts";

/** The flags of `npm create buildpack`: all that a question can ask and more. */
const flags = {
  template: { type: "string", short: "t" },
  id: { type: "string" },
  name: { type: "string" },
  version: { type: "string" },
  api: { type: "string" },
  target: { type: "string", multiple: true },
  license: { type: "string" },
  description: { type: "string" },
  author: { type: "string" },
  registry: { type: "string" },
  packages: { type: "string" },
  git: { type: "boolean" },
  install: { type: "boolean" },
  force: { type: "boolean", short: "f" },
  yes: { type: "boolean", short: "y" },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h" },
} as const;

/** The action that the command line requests, with its options. */
export type Request =
  | { readonly kind: "help" | "version" }
  | { readonly kind: "create"; readonly options: CreateOptions; readonly output: "text" | "json" };

/**
 * Parses the command line.
 *
 * @throws ScaffoldError ARGUMENT_INVALID
 */
export function parseArguments(argv: readonly string[]): Request {
  // `--version` alone asks for ours, with a value it is the buildpack's.
  if (argv.length === 1 && ["--version", "-V"].includes(argv[0] ?? "")) return { kind: "version" };
  const { values, positionals } = parse(argv);
  const { help, output = "text", target, ...others } = values;
  if (help) return { kind: "help" };
  if (output !== "text" && output !== "json")
    throw invalid(`--output ${output} is unknown`, "Use --output text or --output json.");
  const [dir, ...more] = positionals;
  if (more.length > 0)
    throw invalid(`create-buildpack takes one directory: ${more.join(" ")} is unexpected`, "Quote a name with spaces.");
  const options = { ...others, ...defined({ dir, targets: target }) };
  return { kind: "create", options, output };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: flags, allowNegative: true, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(reason.split(". ")[0] ?? reason, "Run npm create buildpack -- --help for the flags.");
  }
}

const invalid = (message: string, hint: string) => new ScaffoldError("ARGUMENT_INVALID", message, { hint });
