import { basename, resolve } from "node:path";
import { ScaffoldError } from "./errors.ts";
import type { CreateOptions } from "./options.ts";
import { checkLicense } from "./project/license.ts";
import { checkApi, checkId, checkLine, checkVersion, slug, suggestedId, titleOf } from "./project/names.ts";
import type { Project } from "./project/project.ts";
import { checkTemplate, templateNames, templates } from "./project/template.ts";
import { parseTargets, usualTargets } from "./target.ts";

export interface Surroundings {
  readonly cwd: string;
  readonly year: number;
  /** `Name <mail>` as Git knows it, or empty. */
  readonly author: string;
  /** Where the folder is in a Git repository. Undefined outside of one. */
  readonly inRepository: "root" | "below" | undefined;
  /** Whether a folder above is the root of an npm workspace. */
  readonly belowWorkspace: boolean;
}

/** Checks what was given and decides the rest. @throws ScaffoldError ARGUMENT_INVALID */
export function resolveOptions(options: CreateOptions, surroundings: Surroundings): Project {
  const { cwd, year, author, inRepository, belowWorkspace } = surroundings;
  const template = checkTemplate(options.template ?? defaultTemplate(options), possibleTemplates(options));
  const dir = resolve(cwd, checkFolder(options.dir ?? defaultDir(template)));
  const id = checkId(options.id ?? defaultId(dir));
  const { name = titleOf(id), description } = options;
  return {
    dir,
    template,
    id,
    name: checkLine(name, "--name") || id,
    ...(description !== undefined && { description: checkLine(description, "--description") }),
    version: checkVersion(options.version ?? "0.1.0"),
    api: checkApi(options.api ?? "0.10"),
    targets: options.targets?.length ? parseTargets(options.targets) : usualTargets,
    license: checkLicense(options.license ?? "MIT"),
    author: checkLine(options.author ?? author, "--author"),
    year,
    git: options.git ?? inRepository === undefined,
    ci: inRepository !== "below" && !belowWorkspace,
    install: options.install ?? false,
  };
}

function checkFolder(dir: string): string {
  if (dir !== "") return checkLine(dir, "the folder");
  throw new ScaffoldError("ARGUMENT_INVALID", "the name of the folder is empty", {
    hint: "Name a folder; . is the one you are in.",
  });
}

/** The folder when none is named. */
export const defaultDir = (template: string): string => (template === "extension" ? "my-extension" : "my-buildpack");

/** The id of a buildpack in that folder: one that is possible, whatever the folder is called. */
export const defaultId = (dir: string): string => suggestedId(slug(basename(dir)));

/** The templates that suit the command. */
export const possibleTemplates = ({ kind }: CreateOptions) =>
  templateNames.filter((name) => kind === undefined || templates[name].kind === kind);

const defaultTemplate = ({ kind }: CreateOptions) => (kind === "extension" ? "extension" : "minimal");
