import type { Schema } from "../spec/schemas/standard-schema.ts";

/** A filter for bindings. Omitted fields match anything. `type` and `provider` ignore case. */
export interface BindingQuery {
  readonly type?: string;
  readonly provider?: string;
  readonly name?: string;
}

/**
 * A service that the user bound to the build: its location and its secrets. Errors and the log
 * never contain its values.
 */
export interface Binding {
  readonly name: string;
  /**
   * The kind of service: `npmrc`, `ca-certificates`, `postgresql`. The case is as written: compare
   * by `find` and `filter`.
   */
  readonly type: string;
  readonly provider?: string;
  /** The binding's directory; undefined for a binding from VCAP_SERVICES. */
  readonly path?: string;
  /** Names of its entries, sorted, without `type` and `provider`. */
  readonly keys: readonly string[];
  has(key: string): boolean;
  /**
   * The text of an entry without one trailing newline, which editors and `echo` add. Use `bytes` if
   * each byte counts.
   *
   * @throws LibcnbError BINDING_INVALID if there is no such entry, or it is not UTF-8
   */
  text(key: string): string;
  /** The unmodified bytes of an entry. @throws LibcnbError BINDING_INVALID if there is no such entry */
  bytes(key: string): Uint8Array;
  /**
   * Decodes all entries with a schema: `decode(table({ uri: string, port: integer }))`. Values are
   * decoded from text like those of `config`. @throws LibcnbError BINDING_INVALID
   */
  decode<Value>(schema: Schema<Value>): Value;
}

/** The bindings of a build, read on first use. */
export interface Bindings {
  /** All bindings, sorted by name. @throws LibcnbError BINDING_INVALID */
  all(): Promise<readonly Binding[]>;
  /** The only matching binding. @throws LibcnbError BINDING_AMBIGUOUS if several match, BINDING_INVALID */
  find(query: BindingQuery): Promise<Binding | undefined>;
  /** All matching bindings, sorted by name. @throws LibcnbError BINDING_INVALID */
  filter(query: BindingQuery): Promise<readonly Binding[]>;
}
