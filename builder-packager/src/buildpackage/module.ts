import type { BuildpackToml } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import type { LabelledModule } from "../config/module-labels.ts";

/** What makes up a buildpack besides its buildpack.toml. */
export type ModuleContent =
  | { readonly kind: "typescript"; readonly entry: string }
  | { readonly kind: "prebuilt" }
  /** A whole one goes with all that is in its folder, as pack packages it; that of an npm project does not. */
  | { readonly kind: "composite"; readonly isWhole: boolean };

/** A buildpack or extension that is packaged from a folder. */
export interface SourceModule {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly dir: string;
  /** What is packaged of a prebuilt one: `dir`, or the folder in it that is for the platform. */
  readonly root: string;
  readonly descriptor: BuildpackToml;
  /** The descriptor as its author wrote it. */
  readonly text: Uint8Array;
  readonly content: ModuleContent;
  /** What is packaged beside a program, relative to `dir`; of a prebuilt or whole one everything is. */
  readonly included: readonly string[];
  /** The directory out of which nothing of it may lead: it comes with an app. */
  readonly confinedTo?: string | undefined;
}

/** A buildpack or extension that was packaged before and keeps its layer. */
export type PackagedModule = LabelledModule;

export const isPackaged = (module: SourceModule | PackagedModule): module is PackagedModule => !isSource(module);

export const isSource = (module: SourceModule | PackagedModule): module is SourceModule => "dir" in module;

/** How a buildpack is called in messages and sorted by: `id@version`, as pack does. */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string | undefined }): string =>
  version === undefined ? id : `${id}@${version}`;

export const byKey = (a: { id: string; version: string }, b: { id: string; version: string }): number =>
  Buffer.compare(Buffer.from(moduleKey(a)), Buffer.from(moduleKey(b)));
