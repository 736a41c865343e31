import type { Target } from "../target.ts";
import type { License } from "./license.ts";
import type { TemplateName } from "./template.ts";

/** Everything that is decided about a project before its first file is made. */
export interface Project {
  /** Absolute. */
  readonly dir: string;
  readonly template: TemplateName;
  readonly id: string;
  readonly name: string;
  /** Absent: the template's. */
  readonly description?: string;
  readonly version: string;
  readonly api: string;
  readonly targets: readonly Target[];
  readonly license: License;
  /** `Name <mail>`, or empty. */
  readonly author: string;
  /** Of the licence. */
  readonly year: number;
  readonly git: boolean;
  /** Whether CI would read the workflows of the project. */
  readonly ci: boolean;
  readonly install: boolean;
}
