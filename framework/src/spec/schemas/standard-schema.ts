import { LibcnbError } from "../../errors.ts";

/**
 * A validator that implements the Standard Schema interface, version 1, such as a schema of
 * valibot, zod, arktype or this package.
 *
 * @see https://standardschema.dev
 */
export interface Schema<Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a schema, as the Standard Schema interface defines it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** An issue of a value, as the Standard Schema interface defines it. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type of the values that a schema decodes. */
export type Decoded<S> = S extends Schema<infer Output> ? Output : never;

/** An issue of a value: the path (`targets[0].os`, empty for the value itself) and a message. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** The decoded value, or all issues. */
export type Decoding<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

/**
 * Decodes a value. Never throws for invalid input.
 *
 * @param at the path of the value itself, which is prepended to the paths of issues
 * @example `s.decode(s.table({ version: s.string }), { version: 20 }) // { issues: [{ path: "version", message: "expected a string, got 20" }] }`
 */
export function decode<Output>(schema: Schema<Output>, value: unknown, at = ""): Decoding<Output> {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    throw new LibcnbError(
      "SCHEMA_ASYNCHRONOUS",
      `the ${schema["~standard"].vendor} schema${at && ` of ${at}`} validates asynchronously, which is not supported`,
      {
        hint: "Use a schema without asynchronous checks.",
      },
    );
  }
  if (result.issues === undefined) return result;
  return { issues: result.issues.map(({ message, path = [] }) => ({ path: issuePath(at, path), message })) };
}

/**
 * Formats issues as lines of text, each with its path.
 *
 * @example `issueLines([{ path: "version", message: "is missing" }]) // ["version: is missing"]`
 */
export function issueLines(issues: readonly Issue[]): string[] {
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
}

function issuePath(at: string, path: NonNullable<SchemaIssue["path"]>): string {
  return path.map((part) => (typeof part === "object" ? part.key : part)).reduce(appendKey, at);
}

function appendKey(path: string, key: PropertyKey): string {
  if (typeof key === "number") return `${path}[${key}]`;
  const name = /^[\w-]+$/.test(String(key)) ? String(key) : JSON.stringify(String(key));
  return path === "" ? name : `${path}.${name}`;
}
