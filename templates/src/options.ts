import type { TemplateKind } from "./project/template.ts";

/** The options of a new project. Each option has a default value. */
export interface CreateOptions {
  /** The directory of the project, absolute or relative to `cwd`. Default: `my-buildpack`. */
  readonly dir?: string;
  /** The name of the template. Default: `minimal`, or `extension` if `kind` is `extension`. */
  readonly template?: string;
  /** Restricts the choice of templates to those of this kind. Default: any. */
  readonly kind?: TemplateKind;
  /** The id of the buildpack or extension. Default: derived from the name of the directory. */
  readonly id?: string;
  /** The name for display. Default: derived from the id. */
  readonly name?: string;
  /** The version, in the form `X.Y.Z`. Default: 0.1.0. */
  readonly version?: string;
  /** The Buildpack API version. Default: 0.10. */
  readonly api?: string;
  /**
   * The targets, in the form `OS/ARCH[/VARIANT][:DISTRO@VERSION…]`. Default: linux/amd64 and
   * linux/arm64.
   */
  readonly targets?: readonly string[];
  /** The licence: MIT, Apache-2.0, BSD-3-Clause or none. Default: MIT. */
  readonly license?: string;
  readonly description?: string;
  /** The author, in the form `Name <mail>`. Default: the user in Git's configuration. */
  readonly author?: string;
  /** The URL of the npm registry that the project uses. Default: the one in npm's configuration. */
  readonly registry?: string;
  /**
   * A directory with the npm packages of libcnb.ts as files, which are copied into `vendor`. Default:
   * npm downloads them.
   */
  readonly packages?: string;
  /** True to create a Git repository. Default: true, except inside of a repository. */
  readonly git?: boolean;
  /** True to install the dependencies. Default: false; in a terminal, the user is asked. */
  readonly install?: boolean;
  /** True to replace existing files. Default: false; in a terminal, the user is asked. */
  readonly force?: boolean;
  /** True to use the defaults for missing settings instead of asking questions. Default: false. */
  readonly yes?: boolean;
}

/** The parts of the process's environment that `create` uses. */
export interface CreateHost {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The current time, for the year of the licence. */
  readonly now: Date;
  /**
   * The stream for progress and questions. `create` asks questions only if it and `input` are a
   * terminal.
   */
  readonly progress: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Aborted by Ctrl-C. An incomplete project is then removed. */
  readonly signal?: AbortSignal;
}

/** The result of creating a project. */
export interface CreatedProject {
  /** The absolute path of the project's directory. */
  readonly dir: string;
  readonly template: string;
  readonly id: string;
  /** The paths of the created files relative to `dir`, sorted. */
  readonly files: readonly string[];
  /**
   * The paths of template files that were not created, because nothing would read them in this
   * directory.
   */
  readonly leftOut: readonly string[];
  readonly git: boolean;
  readonly installed: boolean;
  /**
   * The path of the clone of libcnb.ts whose packages the commands in `next` pack into `vendor`,
   * because npm does not have them yet.
   */
  readonly packedFrom?: string;
  /** The commands that the user should run next. */
  readonly next: readonly string[];
}
