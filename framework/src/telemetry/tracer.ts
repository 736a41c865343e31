/** What is known of a span. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Work that takes time, while it goes on. */
export interface Span {
  /** Adds what is found out on the way. */
  set(attributes: Attributes): void;
}

/** What a span is, besides its name. */
export interface SpanOptions {
  readonly attributes?: Attributes;
  /** `client`: somebody else does the work. Default: `internal`. */
  readonly kind?: "internal" | "client";
}

/** Records how long work takes and how it ends. */
export interface Tracer {
  /** Does the work within a span, which ends with it; a span that begins meanwhile is a part of it. Gives what the work gives. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
}
