import type { Schema } from "../spec/standard-schema.ts";

/** What is looked for among the bindings; what is left out does not matter. Case does not matter in `type` and `provider`. */
export interface BindingQuery {
  readonly type?: string;
  readonly provider?: string;
  readonly name?: string;
}

/** A service that the user bound to the build: where it is and the secrets to use it. No text of an error or of the log holds its values. */
export interface Binding {
  readonly name: string;
  /** What it is for: `npmrc`, `ca-certificates`, `postgresql`. As written: compare it by `find` and `filter`. */
  readonly type: string;
  readonly provider?: string;
  /** Its directory; a binding of VCAP_SERVICES has none. */
  readonly path?: string;
  /** Names of its entries, sorted, without `type` and `provider`. */
  readonly keys: readonly string[];
  has(key: string): boolean;
  /**
   * The text of an entry without the one line end that editors and `echo` put after it. Use `bytes` where each byte counts.
   *
   * @throws LibcnbError BINDING_INVALID if there is no such entry, or it is not UTF-8
   */
  text(key: string): string;
  /** An entry as it is. @throws LibcnbError BINDING_INVALID if there is no such entry */
  bytes(key: string): Uint8Array;
  /** All entries in a form: `decode(table({ uri: string, port: integer }))`; values are decoded from text as those of `config` are. @throws LibcnbError BINDING_INVALID */
  decode<Value>(schema: Schema<Value>): Value;
}

/** The bindings of a build, read when they are first asked for. */
export interface Bindings {
  /** All, sorted by name. @throws LibcnbError BINDING_INVALID */
  all(): Promise<readonly Binding[]>;
  /** The only one that matches. @throws LibcnbError BINDING_AMBIGUOUS if several do, BINDING_INVALID */
  find(query: BindingQuery): Promise<Binding | undefined>;
  /** Those that match, sorted by name. @throws LibcnbError BINDING_INVALID */
  filter(query: BindingQuery): Promise<readonly Binding[]>;
}
