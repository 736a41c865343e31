/** The settings of a run of `cnb lint`. */
export interface Checks {
  /** The directory to which paths in messages are relative. */
  readonly cwd: string;
  /** The time in milliseconds since 1970, for ends of life. */
  readonly now: number;
  /** True to run the project's TypeScript compiler. */
  readonly types: boolean;
  /**
   * Returns the reason why the URL of a dependency cannot be downloaded. Without the function, no
   * address is requested.
   */
  readonly unreachable?: ((uri: string, dir: string) => Promise<string | undefined>) | undefined;
  /** True to look for imports that the small engine lacks. Packaging does so itself. */
  readonly engine: boolean;
  readonly signal?: AbortSignal;
}
