import { invalidDescriptor } from "./descriptor.ts";
import {
  boolean,
  checked,
  list,
  matching,
  number,
  oneOf,
  optional,
  string,
  type Table,
  table,
} from "./schemas/schema.ts";
import { decode, type Issue, type Schema } from "./schemas/standard-schema.ts";

/** A variable that configures a buildpack, declared in `[[metadata.configurations]]` of buildpack.toml. */
export interface Configuration {
  readonly name: string;
  readonly description: string | undefined;
  /** The default as a string, even if it is written as another type. */
  readonly default: string | undefined;
  /** True if the build reads the variable. */
  readonly build: boolean;
  /** True if the image reads the variable at start. */
  readonly launch: boolean;
  readonly type: ConfigurationType | undefined;
  /** True if the value must never be shown. */
  readonly secret: boolean;
}

/** The type of a variable's value. */
export type ConfigurationType = (typeof configurationTypes)[number];

const configurationTypes = ["string", "boolean", "integer", "number", "list"] as const;

// Tools would take CNB_… for the platform's own, and no shell could set a name of other characters.
const namePattern = /^(?!CNB_)[A-Za-z_][A-Za-z0-9_]*$/;
const secretName = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|KEY/i;

/**
 * Returns the schema of the declared variables in `[metadata]`. The schema is created on demand,
 * because most buildpacks declare no variables.
 */
export const configurationsSchema = () =>
  table({
    configurations: optional(
      list(
        table({
          name: matching(namePattern, "the name of an environment variable (letters, digits and _, not CNB_…)"),
          description: optional(string),
          default: optional(defaultText()),
          build: optional(boolean),
          launch: optional(boolean),
          type: optional(oneOf(...configurationTypes)),
          secret: optional(boolean),
        }),
      ),
    ),
  });

/**
 * Reads the variables declared in buildpack.toml's `[metadata]`, in order. A variable with neither
 * `build` nor `launch` is for the build. A variable whose name looks like the name of a secret is
 * secret unless it has `secret = false`.
 *
 * @throws LibcnbError DESCRIPTOR_INVALID
 * @example
 * `parseConfigurations({ configurations: [{ name: "BP_NODE_VERSION", default: "24.*" }] }, "buildpack.toml")`
 */
export function parseConfigurations(metadata: Table, file: string): readonly Configuration[] {
  if (metadata.configurations === undefined) return [];
  const decoding = decode(configurationsSchema(), metadata, "metadata");
  if (decoding.issues !== undefined) throw invalidDescriptor(file, decoding.issues);
  const raw = decoding.value.configurations ?? [];
  const twice = duplicates(raw.map(({ name }) => name));
  if (twice.length > 0) throw invalidDescriptor(file, twice);
  return raw.map(({ name, description, default: preset, build = false, launch = false, type, secret }) => ({
    name,
    description,
    default: preset,
    build: build || !launch,
    launch,
    type,
    secret: secret ?? secretName.test(name),
  }));
}

function duplicates(names: readonly string[]): readonly Issue[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: `metadata.configurations[${index}].name`, message: `${JSON.stringify(name)} is declared twice` }],
  );
}

// `default = true` and `default = ["a", "b"]` mean the text that a user would set
function defaultText(): Schema<string> {
  const message = "expected a string, a boolean, a number or a list of them";
  const isItem = (item: unknown) => ["string", "boolean", "number"].includes(typeof item);
  const item = checked((value) => (isItem(value) ? { value } : { issues: [{ message }] }), [string, boolean, number]);
  return checked(
    (value) => {
      const items = Array.isArray(value) ? value : [value];
      return items.every(isItem) ? { value: items.join(",") } : { issues: [{ message }] };
    },
    [item, list(item)],
  );
}
