/** The attributes of a span. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A running operation whose duration is recorded. */
export interface Span {
  /** Adds attributes that become known during the operation. */
  set(attributes: Attributes): void;
}

/** The options with which a span is started, in addition to its name. */
export interface SpanOptions {
  readonly attributes?: Attributes;
  /**
   * The kind of the span. `client` means that another process does the work. Default: `internal`.
   */
  readonly kind?: "internal" | "client";
}

/** Records the duration and result of operations. */
export interface Tracer {
  /**
   * Runs an operation within a span. Spans that start during the operation are its children.
   * Returns the operation's result.
   */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
}
