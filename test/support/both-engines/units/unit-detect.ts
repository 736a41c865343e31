/** What a detect returned, or that it threw. */
export type DetectOutcome = "pass" | "fail" | "error";

/** Where a buildpack is defined: a module's default export, or the argument of a call of the test kit. */
export type Defined =
  | { readonly module: string }
  | {
      /** The number of the test in its file. */
      readonly test: number;
      /** The number of the call in the test. */
      readonly call: number;
      /** The id in a group. */
      readonly member: string;
    };

/** A detect that a test next to the sources runs. */
export interface UnitDetect {
  /** The test file, relative to the repository. */
  readonly file: string;
  /** The test's name. */
  readonly test: string;
  readonly defined: Defined;
  /** The id in the descriptor. */
  readonly id: string;
  /** The directories that the test has made for it, of which the record has copies. */
  readonly directories: readonly string[];
  readonly appDir: string;
  readonly buildpackDir: string;
  readonly operatorDir: string;
  readonly planFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly outcome: DetectOutcome;
  /** The build plan that it wrote. */
  readonly plan: string;
}
