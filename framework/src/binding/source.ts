/** A binding as read from its source. */
export interface BindingSource {
  readonly name: string;
  /** The binding's directory. */
  readonly path?: string;
  /** The source to name in errors: the directory, or the variable with the JSON. */
  readonly origin: string;
  /** `type`, `provider` and everything else. */
  readonly entries: ReadonlyMap<string, Uint8Array>;
}
