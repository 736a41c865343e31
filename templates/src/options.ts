import type { TemplateKind } from "./project/template.ts";

/** What can be said about a new project; everything has a default. */
export interface CreateOptions {
  /** The folder, absolute or relative to `cwd`. Default: `my-buildpack`. */
  readonly dir?: string;
  /** Default: `minimal`, or `extension` where `kind` says so. */
  readonly template?: string;
  /** Only templates of this kind. Default: any. */
  readonly kind?: TemplateKind;
  /** Default: made of the folder's name. */
  readonly id?: string;
  /** For people. Default: made of the id. */
  readonly name?: string;
  /** `X.Y.Z`. Default: 0.1.0. */
  readonly version?: string;
  /** Buildpack API. Default: 0.10. */
  readonly api?: string;
  /** `OS/ARCH[/VARIANT][:DISTRO@VERSION…]`. Default: linux/amd64 and linux/arm64. */
  readonly targets?: readonly string[];
  /** MIT, Apache-2.0, BSD-3-Clause or none. Default: MIT. */
  readonly license?: string;
  readonly description?: string;
  /** `Name <mail>`. Default: Git's user. */
  readonly author?: string;
  /** Make a Git repository. Default: yes, except inside of one. */
  readonly git?: boolean;
  /** Install the dependencies. Default: no; asked when run by hand. */
  readonly install?: boolean;
  /** Replace files that are there. Default: no; asked when run by hand. */
  readonly force?: boolean;
  /** Ask nothing. */
  readonly yes?: boolean;
}

/** What `create` may use of the outside world. */
export interface CreateHost {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The current time, for the year of the licence. */
  readonly now: Date;
  /** Where progress and questions go. Questions are asked only if it and `input` are a terminal. */
  readonly progress: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Aborted by Ctrl-C: nothing half-made stays behind. */
  readonly signal?: AbortSignal;
}

/** What was made. */
export interface Created {
  /** Absolute. */
  readonly dir: string;
  readonly template: string;
  readonly id: string;
  /** Relative to `dir`, sorted. */
  readonly files: readonly string[];
  /** Files of the template that nothing would read in this folder. */
  readonly leftOut: readonly string[];
  readonly git: boolean;
  readonly installed: boolean;
  /** The clone of libcnb.ts whose packages `next` packs into `vendor`, because npm does not have them yet. */
  readonly packedFrom?: string;
  /** The commands to type next. */
  readonly next: readonly string[];
}
