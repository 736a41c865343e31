import type { BuildpackToml } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import type { LabelledModule } from "../config/module-labels.ts";

/** The content of a buildpack besides its buildpack.toml. */
export type ModuleContent =
  | { readonly kind: "typescript"; readonly entry: string }
  | { readonly kind: "prebuilt" }
  /** A prebuilt directory that is packaged completely, as by pack, because it is not an npm project. */
  | { readonly kind: "composite"; readonly isWhole: boolean };

/** A buildpack or extension that is packaged from a directory. */
export interface SourceModule {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly dir: string;
  /** The packaged directory of a prebuilt module: `dir`, or its subdirectory for the platform. */
  readonly root: string;
  readonly descriptor: BuildpackToml;
  /** The original text of the descriptor. */
  readonly text: Uint8Array;
  readonly content: ModuleContent;
  /**
   * The files packaged in addition to a program, relative to `dir`; a prebuilt module is packaged
   * completely.
   */
  readonly included: readonly string[];
  /** The directory that its files may not lead out of, because it is in an app. */
  readonly confinedTo?: string | undefined;
}

/** A packaged buildpack or extension that keeps its layer. */
export type PackagedModule = LabelledModule;

export const isPackaged = (module: SourceModule | PackagedModule): module is PackagedModule => !isSource(module);

export const isSource = (module: SourceModule | PackagedModule): module is SourceModule => "dir" in module;

/** The name of a buildpack in messages and its sort key: `id@version`, as in pack. */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string | undefined }): string =>
  version === undefined ? id : `${id}@${version}`;

export const byKey = (a: { id: string; version: string }, b: { id: string; version: string }): number =>
  Buffer.compare(Buffer.from(moduleKey(a)), Buffer.from(moduleKey(b)));
