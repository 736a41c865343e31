/** A binding as it was read. */
export interface BindingSource {
  readonly name: string;
  /** Its directory. */
  readonly path?: string;
  /** Where it was found, for errors: its directory, or the variable that holds it. */
  readonly origin: string;
  /** `type`, `provider` and everything else. */
  readonly entries: ReadonlyMap<string, Uint8Array>;
}
