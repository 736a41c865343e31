import { LibcnbError } from "../errors.ts";
import { parseConfigurations } from "../spec/configurations.ts";
import { invalidDescriptor } from "../spec/descriptor.ts";
import { boolean, integer, list, number, string, type Table } from "../spec/schemas/schema.ts";
import { type Decoding, decode, type Issue, issueLines, type Schema } from "../spec/schemas/standard-schema.ts";
import { type ChosenValue, type ConfigSources, chooseValues } from "./choose.ts";
import type { Config, ConfigFields } from "./fields.ts";
import { withoutSecret } from "./secret.ts";
import { decodeText } from "./value.ts";

/** The inputs from which the `config` of a context is created. */
export interface ConfigInputs extends ConfigSources {
  /** The descriptor to name in errors: buildpack.toml or extension.toml. */
  readonly file: string;
  /** The descriptor's `[metadata]`. */
  readonly metadata: Table;
  /**
   * The variables that the buildpack reads; undefined if it reads all declared variables, as
   * strings.
   */
  readonly fields: ConfigFields | undefined;
}

const types = { string, boolean, integer, number, list: list(string) } as const;

/** Returns the declared variables with their values, for the configuration table in the log. */
export function chosenValues(inputs: ConfigInputs): readonly ChosenValue[] {
  return chooseValues(parseConfigurations(inputs.metadata, inputs.file), inputs);
}

/**
 * Creates a `config` that decodes the variables on first use. A detect that fails early therefore
 * does not spend time on decoding, and does not fail because of an irrelevant variable.
 */
export function lazyConfig(inputs: ConfigInputs): Config {
  let values: Readonly<Record<string, unknown>> | undefined;
  const all = () => {
    values ??= decodeAll(inputs);
    return values;
  };
  return new Proxy(Object.create(null), {
    get: (_, name) => readValue(all(), name, inputs),
    has: (_, name) => name in all(),
    ownKeys: () => Object.keys(all()),
    getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(all(), name),
    set: () => false,
  });
}

/**
 * Decodes all variables, so that a build fails at the start if one is invalid.
 *
 * @throws LibcnbError the same errors as reading a value
 */
export function checkConfig(config: Config): void {
  Object.keys(config);
}

function readValue(values: Readonly<Record<string, unknown>>, name: string | symbol, inputs: ConfigInputs): unknown {
  // what asks for other names is a printer or an `await`, not an author
  if (typeof name === "symbol" || name in values || !/^[A-Z][A-Z\d_]*$/.test(name)) return values[name as string];
  throw undeclared([name], inputs);
}

function decodeAll(inputs: ConfigInputs): Readonly<Record<string, unknown>> {
  const chosen = chosenValues(inputs);
  const byName = new Map(chosen.map((value) => [value.configuration.name, value]));
  const missing = Object.keys(inputs.fields ?? {}).filter((name) => !byName.has(name));
  if (missing.length > 0) throw undeclared(missing, inputs);
  const fields = inputs.fields ?? Object.fromEntries(chosen.map(({ configuration: { name } }) => [name, undefined]));
  const issues: FieldIssue[] = [];
  const values = Object.entries(fields).map(([name, schema]) => {
    const value = byName.get(name) as ChosenValue;
    const decoding = decodeValue(schema, value);
    if (decoding.issues !== undefined) issues.push({ value, issues: decoding.issues });
    return [name, decoding.issues === undefined ? decoding.value : undefined] as const;
  });
  if (issues.length > 0) throw invalid(issues, inputs);
  return Object.assign(Object.create(null), Object.fromEntries(values));
}

function decodeValue(schema: Schema<unknown> | undefined, { configuration, text }: ChosenValue) {
  if (schema === undefined) {
    const decoding = text === undefined ? undefined : decodeText<unknown>(types[configuration.type ?? "string"], text);
    return decoding?.issues === undefined ? { value: text } : decoding;
  }
  return text === undefined ? notSet(decode(schema, undefined)) : decodeText(schema, text);
}

const notSet = (decoding: Decoding<unknown>): Decoding<unknown> =>
  decoding.issues === undefined ? decoding : { issues: [{ path: "", message: "is not set and has no default" }] };

interface FieldIssue {
  readonly value: ChosenValue;
  readonly issues: readonly Issue[];
}

function invalid(all: readonly FieldIssue[], { file }: ConfigInputs): LibcnbError {
  const lines = all.flatMap(({ value: { configuration }, issues }) =>
    issueLines(configuration.secret ? issues.map(withoutSecret) : issues).map((line) => ({ configuration, line })),
  );
  if (all.every(({ value }) => value.source === "default")) {
    const path = (name: string) => `metadata.configurations, default of ${name}`;
    return invalidDescriptor(
      file,
      lines.map(({ configuration, line }) => ({ path: path(configuration.name), message: line })),
    );
  }
  const names = all.map(({ value }) => value.configuration.name);
  return new LibcnbError("CONFIG_INVALID", `${names.join(", ")} ${names.length > 1 ? "are" : "is"} not valid`, {
    cause: lines.map(({ configuration, line }) => `${configuration.name}: ${line}`).join("; "),
    hint: `Set ${names.length > 1 ? "them" : "it"} for the build with --env ${names[0]}=… or in [[io.buildpacks.build.env]] of project.toml.`,
  });
}

function undeclared(names: readonly string[], { file }: ConfigInputs): LibcnbError<"CONFIG_UNDECLARED"> {
  return new LibcnbError(
    "CONFIG_UNDECLARED",
    `the buildpack reads ${names.join(", ")}, which ${file} does not declare`,
    {
      hint: `Declare each variable in ${file}: [[metadata.configurations]] name = ${JSON.stringify(names[0])}.`,
    },
  );
}
