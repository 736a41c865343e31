import { LibcnbError } from "../errors.ts";
import type { EnvModification } from "./modification.ts";

/**
 * All modifications of one variable in one directory, in a form that the lifecycle supports: at
 * most one file of each kind and one delimiter.
 */
export interface CombinedModification {
  readonly override?: string;
  readonly default?: string;
  readonly append?: string;
  readonly prepend?: string;
  readonly delimiter?: string;
}

/**
 * Combines several modifications of one variable into at most one of each kind. The lifecycle
 * applies a directory's files in the order append, default, override, prepend. The result is the
 * same as if the given modifications were applied one after another.
 *
 * @throws LibcnbError ENV_INVALID if no files can express the result
 */
export function combine(name: string, modifications: readonly EnvModification[]): CombinedModification {
  return modifications.reduce<CombinedModification>((combined, next) => step(name, combined, next), {});
}

/**
 * Applies one modification to a value as the lifecycle does: `default` replaces an empty value, and
 * no delimiter is added to an empty value.
 */
export function applyModification(value: string | undefined, modification: EnvModification): string | undefined {
  switch (modification.action) {
    case "override":
      return modification.value;
    case "default":
      return value === undefined || value === "" ? modification.value : value;
    case "append":
      return modification.value === "" ? value : join(value, modification.delimiter, modification.value);
    case "prepend":
      return modification.value === "" ? value : join(modification.value, modification.delimiter, value);
  }
}

function step(name: string, combined: CombinedModification, next: EnvModification): CombinedModification {
  if (next.action === "override") return { override: next.value };
  // behind an override the value is known
  if (combined.override !== undefined) return { override: applyModification(combined.override, next) ?? "" };
  if (next.action === "default") return withDefault(combined, next.value);
  return next.value === "" ? combined : withJoined(name, combined, next);
}

// behind an append or prepend the variable is not empty: a default has nothing to do
function withDefault(combined: CombinedModification, value: string): CombinedModification {
  const resolved = combined.append !== undefined || combined.prepend !== undefined;
  return resolved || combined.default ? combined : { ...combined, default: value };
}

function withJoined(
  name: string,
  combined: CombinedModification,
  { action, value, delimiter }: DelimitedModification,
): CombinedModification {
  if (action === "append" && combined.default !== undefined) {
    throw impossible(name, "the lifecycle applies append before default");
  }
  const earlier = combined[action];
  if (combined.delimiter !== undefined && combined.delimiter !== delimiter && earlier === undefined) {
    throw impossible(name, "append and prepend must have the same delimiter");
  }
  const joined = action === "append" ? join(earlier, delimiter, value) : join(value, delimiter, earlier);
  return { ...combined, [action]: joined, delimiter: combined.delimiter ?? delimiter };
}

type DelimitedModification = Extract<EnvModification, { readonly delimiter: string }>;

function join(front: string | undefined, delimiter: string, back: string | undefined): string {
  return front && back ? `${front}${delimiter}${back}` : front || back || "";
}

function impossible(name: string, why: string): LibcnbError<"ENV_INVALID"> {
  return new LibcnbError(
    "ENV_INVALID",
    `the modifications of the environment variable ${name} cannot be combined in one scope of a layer: ${why}`,
    {
      hint: "Use override with the whole value, or put the modifications into two layers.",
    },
  );
}
