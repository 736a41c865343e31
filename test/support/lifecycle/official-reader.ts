import { type LifecycleProgram, lifecycleProgram } from "./lifecycle-program.ts";

/** A text for one of the lifecycle's readers of TOML: any, or a descriptor, which may be asked whether it admits a run image. */
export interface ReaderQuestion {
  readonly kind: "any" | "buildpack" | "extension";
  readonly text: string;
  /** Empty files in `bin`, beside the descriptor. */
  readonly files?: readonly string[];
  readonly target?: RunImageTarget;
}

/** A run image, in the lifecycle's words. */
export interface RunImageTarget {
  readonly os: string;
  readonly arch: string;
  readonly "arch-variant"?: string;
  readonly distro?: { readonly name: string; readonly version: string };
}

/** The files that the lifecycle reads. */
export interface ReaderAnswer {
  /** Empty: it could be read. */
  readonly error: string;
  /**
   * The values of any text as `{ type, value }`, in the form of toml-test. For a descriptor, the
   * parts that the lifecycle keeps.
   */
  readonly value: unknown;
  readonly satisfied: boolean;
}

export type OfficialReader = LifecycleProgram<ReaderQuestion, ReaderAnswer>;

/** The lifecycle's own reading of TOML files, and of TOML at all. */
export const officialReader = (): Promise<OfficialReader> => lifecycleProgram("official-reader.go");
