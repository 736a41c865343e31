/** The attributes of a span. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A running operation that is timed. */
export interface Span {
  /** Adds attributes that become known during the operation. */
  set(attributes: Attributes): void;
}

/** Options of a span besides its name. */
export interface SpanOptions {
  readonly attributes?: Attributes;
  /** `client` means that another process does the work. Default: `internal`. */
  readonly kind?: "internal" | "client";
}

/** Records how long operations take and how they end. */
export interface Tracer {
  /**
   * Runs an operation within a span; spans that start meanwhile are its children. Returns the
   * operation's result.
   */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
}
