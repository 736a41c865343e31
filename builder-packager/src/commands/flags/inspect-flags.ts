import { type Command, Option } from "commander";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { OutputFormat } from "../../inspect/document.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { type RegistryFlags, registryFlags } from "./registry-flags.ts";

/** The parsed flags of {@link inspectFlags}. */
export interface InspectFlags extends RegistryFlags {
  readonly output: OutputFormat;
  readonly platform?: Platform;
}

const formats = ["text", "human-readable", "json", "yaml", "toml"] as const satisfies readonly OutputFormat[];

/** Adds the flags that all `inspect` commands have. */
export function inspectFlags(command: Command): Command {
  const output = new Option("-o, --output <format>", "text (or human-readable), json, yaml or toml");
  command
    .addOption(output.argParser(parseFormat).default("text"))
    .option(
      "--platform <os/arch>",
      "platform to select from a multi-platform image, for example linux/arm64 (default: this machine's)",
      parsePlatform,
    );
  return registryFlags(command);
}

/** Adds the flag `--depth`. */
export const depthFlag = (command: Command): Command =>
  command.option("-d, --depth <levels>", "number of levels of composite buildpacks to show (default: all)", parseDepth);

function parseFormat(text: string): OutputFormat {
  const format = formats.find((each) => each === text);
  if (format) return format;
  throw invalid("--output", text, "Use text, human-readable, json, yaml or toml.");
}

export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/i.exec(text) ?? [];
  if (!os || !architecture) throw invalid("--platform", text, "Use OS/ARCH, for example linux/arm64.");
  return { os, architecture, ...defined({ variant }) };
}

/** Parses the depth; a negative one means everything, as in pack. */
function parseDepth(text: string): number | undefined {
  if (!/^-?\d{1,9}$/.test(text)) throw invalid("--depth", text, "Pass a number of levels, for example --depth 2.");
  return text.startsWith("-") ? undefined : Number(text);
}

const invalid = (flag: string, text: string, hint: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `${flag} does not accept ${JSON.stringify(text)}`, { hint });
