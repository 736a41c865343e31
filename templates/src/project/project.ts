import type { Target } from "../target.ts";
import type { License } from "./license.ts";
import type { TemplateName } from "./template.ts";

/** The settings of a project, all of which are known before its first file is created. */
export interface Project {
  /** The absolute path of the project's directory. */
  readonly dir: string;
  readonly template: TemplateName;
  readonly id: string;
  readonly name: string;
  /** The description. Default: that of the template. */
  readonly description?: string;
  readonly version: string;
  readonly api: string;
  readonly targets: readonly Target[];
  readonly license: License;
  /** The author, in the form `Name <mail>`; empty if unknown. */
  readonly author: string;
  /** The year in the licence text. */
  readonly year: number;
  /** The path from the project to the directory with its `node_modules`; empty for the project's own. */
  readonly modulesPath: string;
  /** The URL of the npm registry in the project's .npmrc. */
  readonly registry?: string;
  /** The absolute path of a directory with the npm packages of libcnb.ts as files. */
  readonly packages?: string;
  readonly git: boolean;
  /** True if CI would read workflows in the project's directory. */
  readonly ci: boolean;
  readonly install: boolean;
}
