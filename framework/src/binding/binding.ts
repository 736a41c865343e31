import type { Schema } from "../spec/schemas/standard-schema.ts";

/**
 * A filter for bindings. An omitted field matches any value. `type` and `provider` are compared
 * without regard to case.
 */
export interface BindingQuery {
  readonly type?: string;
  readonly provider?: string;
  readonly name?: string;
}

/**
 * A service that the user bound to the build: its location and its secrets. Errors and the log
 * never contain the secrets' values.
 */
export interface Binding {
  readonly name: string;
  /**
   * The kind of service: `npmrc`, `ca-certificates`, `postgresql`. The spelling is that of the
   * binding. `find` and `filter` ignore case.
   */
  readonly type: string;
  readonly provider?: string;
  /** The binding's directory; undefined for a binding from VCAP_SERVICES. */
  readonly path?: string;
  /** The names of the entries, sorted, without `type` and `provider`. */
  readonly keys: readonly string[];
  has(key: string): boolean;
  /**
   * Reads the text of an entry. A trailing newline, which editors and `echo` add, is removed. Use
   * `bytes` for the unmodified content.
   *
   * @throws LibcnbError BINDING_INVALID if the entry does not exist or is not UTF-8
   */
  text(key: string): string;
  /**
   * Reads the unmodified bytes of an entry.
   *
   * @throws LibcnbError BINDING_INVALID if the entry does not exist
   */
  bytes(key: string): Uint8Array;
  /**
   * Decodes all entries with a schema: `s.decode(s.table({ uri: s.string, port: s.integer }))`.
   * Values are decoded from text like those of `config`.
   *
   * @throws LibcnbError BINDING_INVALID
   */
  decode<Value>(schema: Schema<Value>): Value;
}

/** The bindings of a build. They are read on first use. */
export interface Bindings {
  /**
   * Returns all bindings, sorted by name.
   *
   * @throws LibcnbError BINDING_INVALID
   */
  all(): Promise<readonly Binding[]>;
  /**
   * Returns the only matching binding.
   *
   * @throws LibcnbError BINDING_AMBIGUOUS if several match, BINDING_INVALID
   */
  find(query: BindingQuery): Promise<Binding | undefined>;
  /**
   * Returns all matching bindings, sorted by name.
   *
   * @throws LibcnbError BINDING_INVALID
   */
  filter(query: BindingQuery): Promise<readonly Binding[]>;
}
