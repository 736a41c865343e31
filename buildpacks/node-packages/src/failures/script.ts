import { packageWith } from "@libcnb/node-app";
import { type NameInOutput, nameInOutput } from "libcnb/kit";
import { catalogue, type ScriptFailures } from "./catalogue.ts";
import { machinePatterns } from "./common.ts";
import { installNames } from "./names.ts";

/** The pattern of a shell's message about a command that it did not find. */
const unknownCommand =
  /(?:^|\n)(?:\/\S{0,300}\/)?(?:sh|bash|dash|ash)?(?:: (?:line )?\d+)?(?:: )?([\w@./-]{1,300}): (?:command )?not found|command not found: ([\w@./-]+)/;

const command: NameInOutput = { patterns: [unknownCommand], fallback: "a command" };

/** Placeholders whose values are in the output of a script. */
const scriptNames = {
  COMMAND: command,
  COMMAND_PACKAGE: {
    patterns: [
      (output) => {
        const unknown = nameInOutput(command, output);
        return unknown === undefined ? undefined : packageWith(unknown);
      },
    ],
    fallback: "",
  },
  IMPORT: {
    patterns: [/(?:Cannot find (?:module|package)|Can't resolve|Could not resolve) ['"]([^'"]+)['"]/],
    fallback: "a module",
  },
  HOST: installNames.HOST,
} as const satisfies Readonly<Record<string, NameInOutput>>;

/**
 * The recognized failures of scripts in package.json: patterns of their output, and values for
 * placeholders.
 */
export const scriptFailures: ScriptFailures = {
  failures: catalogue,
  patterns: [
    { code: "SCRIPT_COMMAND_UNKNOWN", pattern: unknownCommand, end: [1, 127] },
    ...machinePatterns,
    {
      code: "SCRIPT_UNKNOWN",
      pattern:
        /Missing script: "|error Command "[^"]+" not found|Couldn't find a script named|ERR_PNPM_(?:RECURSIVE_RUN_)?NO_SCRIPT\b|Script not found "/,
    },
    { code: "SCRIPT_OPENSSL_LEGACY", pattern: /ERR_OSSL_EVP_UNSUPPORTED/ },
    { code: "SCRIPT_TYPES_WRONG", pattern: /error TS\d+: |\bTS\d{4,5}: / },
    {
      code: "SCRIPT_MODULE_UNKNOWN",
      pattern: /Cannot find (?:module|package) '|ERR_MODULE_NOT_FOUND|Module not found: |Could not resolve "/,
    },
    { code: "SCRIPT_KILLED", end: "signal" },
  ],
  fallback: "SCRIPT_FAILED",
  placeholders: scriptNames,
};
