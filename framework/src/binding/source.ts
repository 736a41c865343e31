/** A binding as read from a directory or from VCAP_SERVICES. */
export interface BindingSource {
  readonly name: string;
  /** The binding's directory; undefined for a binding from VCAP_SERVICES. */
  readonly path?: string;
  /** The source that errors name: the binding's directory, or the variable with the JSON text. */
  readonly origin: string;
  /** All entries, including `type` and `provider`. */
  readonly entries: ReadonlyMap<string, Uint8Array>;
}
