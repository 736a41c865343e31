import { basename, relative, resolve } from "node:path";
import { defined } from "./defined.ts";
import { ScaffoldError } from "./errors.ts";
import type { CreateOptions } from "./options.ts";
import { checkLicense } from "./project/license.ts";
import { checkApi, checkId, checkLine, checkVersion, slug, suggestedId, titleOf } from "./project/names.ts";
import type { Project } from "./project/project.ts";
import { checkTemplate, templateNames, templates } from "./project/template.ts";
import { parseTargets, usualTargets } from "./target.ts";

export interface CreateContext {
  readonly cwd: string;
  readonly year: number;
  /** The user in Git's configuration, in the form `Name <mail>`; empty if there is none. */
  readonly author: string;
  /** The position of the directory in a Git repository; `undefined` outside of one. */
  readonly inRepository: "root" | "below" | undefined;
  /** True if a parent directory is the root of an npm workspace. */
  readonly belowWorkspace: boolean;
  /** The root of the npm workspace that the directory is a member of. */
  readonly memberOf: string | undefined;
}

/**
 * Checks the given options and determines the remaining settings.
 *
 * @throws ScaffoldError ARGUMENT_INVALID
 */
export function resolveOptions(options: CreateOptions, context: CreateContext): Project {
  const { cwd, year, author, inRepository, belowWorkspace, memberOf } = context;
  const template = checkTemplate(options.template ?? defaultTemplate(options), possibleTemplates(options));
  const dir = resolve(cwd, checkFolder(options.dir ?? defaultDir(template)));
  const id = checkId(options.id ?? defaultId(dir));
  const { name = titleOf(id), description } = options;
  return {
    dir,
    template,
    id,
    name: checkLine(name, "--name") || id,
    ...defined({ description: description === undefined ? undefined : checkLine(description, "--description") }),
    version: checkVersion(options.version ?? "0.1.0"),
    api: checkApi(options.api ?? "0.10"),
    targets: options.targets?.length ? parseTargets(options.targets) : usualTargets,
    license: checkLicense(options.license ?? "MIT"),
    author: checkLine(options.author ?? author, "--author"),
    year,
    ...defined({ registry: checkRegistry(options, memberOf), packages: packagesDir(options, cwd) }),
    git: options.git ?? inRepository === undefined,
    modulesPath: memberOf === undefined ? "" : relative(dir, memberOf),
    ci: inRepository !== "below" && !belowWorkspace,
    install: options.install ?? false,
  };
}

/** The URL is written into .npmrc, which is committed: it cannot contain a password. */
function checkRegistry({ registry, packages }: CreateOptions, memberOf: string | undefined): string | undefined {
  if (registry === undefined) return undefined;
  // not URL.parse, which Node.js 20 lacks
  const url = URL.canParse(registry) ? new URL(registry) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw invalid(`--registry is not an http or https URL: ${registry}`, "For example: https://npm.example.com/");
  if (url.username !== "" || url.password !== "")
    throw invalid("--registry contains a user or a password", "Pass the URL alone, and log in with npm login.");
  if (packages !== undefined) throw invalid("--registry and --packages exclude each other", "Use one of both options.");
  if (memberOf !== undefined)
    throw invalid(
      `--registry: npm ignores the .npmrc of a workspace's member`,
      `Write registry=${registry} into ${memberOf}/.npmrc.`,
    );
  return url.href;
}

const packagesDir = ({ packages }: CreateOptions, cwd: string): string | undefined =>
  packages === undefined ? undefined : resolve(cwd, packages);

const invalid = (message: string, hint: string) => new ScaffoldError("ARGUMENT_INVALID", message, { hint });

function checkFolder(dir: string): string {
  if (dir !== "") return checkLine(dir, "the directory");
  throw new ScaffoldError("ARGUMENT_INVALID", "the name of the project's directory is empty", {
    hint: 'Write the name of a directory, or "." for the current directory.',
  });
}

/** Returns the name of a project's directory, for a user who does not specify one. */
export const defaultDir = (template: string): string => (template === "extension" ? "my-extension" : "my-buildpack");

/** Derives a valid id from the name of a directory. */
export const defaultId = (dir: string): string => suggestedId(slug(basename(dir)));

/** Returns the templates of the requested kind. If no kind is requested, returns all templates. */
export const possibleTemplates = ({ kind }: CreateOptions) =>
  templateNames.filter((name) => kind === undefined || templates[name].kind === kind);

const defaultTemplate = ({ kind }: CreateOptions) => (kind === "extension" ? "extension" : "minimal");
