import type { BuildpackToml } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import type { LabelledModule } from "../config/module-labels.ts";
import type { ExecDSource } from "./sources/exec-d.ts";

/**
 * The kind of executables of a module (a buildpack or an extension): compiled from TypeScript,
 * prebuilt, or none in a composite buildpack.
 */
export type ModuleContent =
  | {
      readonly kind: "typescript";
      readonly entry: string;
      readonly runtime?: "node";
      readonly execD: readonly ExecDSource[];
    }
  | { readonly kind: "prebuilt" }
  /** A prebuilt directory that is packaged completely, as by pack, because it is not an npm project. */
  | { readonly kind: "composite"; readonly isWhole: boolean };

/** A buildpack or extension that is packaged from a directory. */
export interface SourceModule {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly dir: string;
  /**
   * The directory that a prebuilt module (a buildpack or an extension) is packaged from: `dir`, or
   * its subdirectory for the platform.
   */
  readonly root: string;
  readonly descriptor: BuildpackToml;
  /** The original bytes of the descriptor file. */
  readonly text: Uint8Array;
  readonly content: ModuleContent;
  /**
   * The files packaged in addition to a program, relative to `dir`; a prebuilt module (a buildpack
   * or an extension) is packaged completely.
   */
  readonly included: readonly string[];
  /**
   * The app's directory, for a module (a buildpack or an extension) in an app. The module's files
   * must not lead out of it.
   */
  readonly confinedTo?: string | undefined;
}

/** A buildpack or extension that is already packaged, and keeps its layer. */
export type PackagedModule = LabelledModule;

export const isPackaged = (module: SourceModule | PackagedModule): module is PackagedModule => !isSource(module);

export const isSource = (module: SourceModule | PackagedModule): module is SourceModule => "dir" in module;

/**
 * Returns the key of a module (a buildpack or an extension), `id@version` as in pack. Messages
 * contain the key, and modules are sorted by it.
 */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string | undefined }): string =>
  version === undefined ? id : `${id}@${version}`;

export const byKey = (a: { id: string; version: string }, b: { id: string; version: string }): number =>
  Buffer.compare(Buffer.from(moduleKey(a)), Buffer.from(moduleKey(b)));
