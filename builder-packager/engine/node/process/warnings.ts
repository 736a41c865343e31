import { invalidArgType } from "../errors.ts";
import { checkString } from "../internal/checks.ts";
import process from "./process.ts";

/* `process.emitWarning`. It is a part of its own, because most programs have no warnings. */

export interface WarningOptions {
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

interface Warning extends Error {
  code?: string;
  detail?: string;
}

/** Switches of Node.js that programs set. */
interface Switches {
  readonly noDeprecation?: boolean;
  readonly throwDeprecation?: boolean;
}

/** Normalizes the arguments: `(warning, options)`, `(warning, type, code)`, each with a function that Node.js uses for the stack. */
function optionsOf(type: unknown, code: unknown): WarningOptions {
  if (typeof type === "object" && type !== null && !Array.isArray(type)) {
    const { type: name, code: given, detail } = type as WarningOptions;
    return { type: name || "Warning", code: given, detail: typeof detail === "string" ? detail : undefined };
  }
  if (typeof type === "function") {
    return { type: "Warning" };
  }
  return { type: type as string, code: typeof code === "function" ? undefined : (code as string) };
}

export function emitWarning(warning: unknown, type?: unknown, code?: unknown): void {
  const options = optionsOf(type, code);
  if (options.type !== undefined) {
    checkString(options.type, "type");
  }
  if (options.code !== undefined) {
    checkString(options.code, "code");
  }
  const error = typeof warning === "string" ? warningOf(warning, options) : warning;
  if (!(error instanceof Error)) {
    throw invalidArgType("warning", "of type string or an instance of Error", warning);
  }
  const { noDeprecation, throwDeprecation } = process as Switches;
  const isDeprecation = error.name === "DeprecationWarning";
  if (isDeprecation && noDeprecation) {
    return;
  }
  process.nextTick(() => {
    if (isDeprecation && throwDeprecation) {
      throw error;
    }
    print(error);
    process.emit("warning", error);
  });
}

function warningOf(message: string, { type, code, detail }: WarningOptions): Warning {
  const warning: Warning = new Error(message);
  warning.name = type || "Warning";
  if (code !== undefined) {
    warning.code = code;
  }
  if (detail !== undefined) {
    warning.detail = detail;
  }
  return warning;
}

/** Prints the warning without the hint of Node.js to its options. */
function print(warning: Warning): void {
  const label = warning.code ? `[${warning.code}] ` : "";
  const detail = typeof warning.detail === "string" ? `\n${warning.detail}` : "";
  process.stderr.write(`(node:${process.pid}) ${label}${warning.toString()}${detail}\n`);
}
