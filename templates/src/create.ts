import { mkdir } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { isWorkspaceOf } from "./clone.ts";
import { ScaffoldError } from "./errors.ts";
import { gitAuthor, gitInit, locationInRepository } from "./git.ts";
import { runNpm } from "./install.ts";
import type { CreatedProject, CreateHost, CreateOptions } from "./options.ts";
import { installCommands, type PackageSource, packageSource } from "./package-source.ts";
import { conflicts, existingFolder } from "./project/conflicts.ts";
import type { Project } from "./project/project.ts";
import { type ProjectFile, renderProject } from "./project/render.ts";
import { templateFiles } from "./project/template-files.ts";
import { workspaceAbove } from "./project/workspace.ts";
import { writeProject } from "./project/write.ts";
import { release } from "./release.ts";
import { resolveOptions } from "./resolve-options.ts";

/**
 * Creates a project from a template. If there is a terminal, the function asks the user for missing
 * settings. Existing files are overwritten only with `force` or if the user agrees.
 *
 * @throws ScaffoldError ARGUMENT_INVALID, FILES_EXIST, OUTPUT_UNWRITABLE, INSTALL_FAILED (after the
 * project was created); Cancelled
 * @example
 * `await create({ dir: "my-bp", id: "acme/my-bp", yes: true }, { cwd, env, now, progress, input })`
 */
export async function create(options: CreateOptions, host: CreateHost): Promise<CreatedProject> {
  const answered = isInteractive(options, host) ? await ask(options, host) : options;
  const project = resolveOptions(answered, await projectContext(answered, host));
  const source = await packageSource(project);
  const rendered = [
    ...renderProject(await templateFiles(project), project, release()),
    ...(source.kind === "tarballs" ? source.files : []),
  ];
  const files = rendered.filter(({ path }) => project.ci || !isCiFile(path));
  const exists = await existingFolder(project.dir);
  if (exists) await protect(project, files, host, answered);
  await writeProject(project.dir, files, { exists, signal: host.signal });
  const leftOut = rendered.filter((file) => !files.includes(file)).map(({ path }) => path);
  return { ...(await finish(project, files, { source, host })), leftOut };
}

/** True for a file that GitHub reads only in the root of a repository. */
const isCiFile = (path: string): boolean => path.startsWith(".github/");

/** Asks for missing settings, after checking the given ones: an invalid option fails before the first question. */
async function ask(options: CreateOptions, host: CreateHost): Promise<CreateOptions> {
  resolveOptions(options, await projectContext(options, host));
  return (await import("./prompts.ts")).answer(options, host);
}

/** True if a user can see and answer questions. */
const isInteractive = ({ yes }: CreateOptions, { input, progress, env }: CreateHost): boolean =>
  !yes && input.isTTY === true && progress.isTTY === true && !env.CI;

async function projectContext({ dir }: CreateOptions, { cwd, env, now }: CreateHost) {
  const path = resolve(cwd, dir ?? ".");
  const [author, inRepository, workspace] = await Promise.all([
    gitAuthor({ cwd, env }),
    locationInRepository(path, { cwd, env }),
    workspaceAbove(path),
  ]);
  const isMember = dir !== undefined && workspace !== undefined && isWorkspaceOf({ root: workspace }, path);
  return {
    cwd,
    year: now.getFullYear(),
    author,
    inRepository,
    belowWorkspace: workspace !== undefined,
    memberOf: isMember ? workspace : undefined,
  };
}

async function protect(project: Project, files: readonly ProjectFile[], host: CreateHost, options: CreateOptions) {
  const found = await conflicts(project.dir, files);
  if (found.length === 0 || options.force) return;
  if (isInteractive(options, host)) return (await import("./prompts.ts")).confirmReplacing(found, host);
  throw new ScaffoldError(
    "FILES_EXIST",
    `${project.dir} already contains these files with other contents:\n  ${found.join("\n  ")}`,
    {
      hint: "Choose another directory, or add --force to replace these files.",
    },
  );
}

async function finish(
  project: Project,
  files: readonly ProjectFile[],
  { source, host }: { readonly source: PackageSource; readonly host: CreateHost },
): Promise<Omit<CreatedProject, "leftOut">> {
  const { dir, template, id } = project;
  const { env, signal, progress } = host;
  const clone = source.kind === "clone" ? source.clone : undefined;
  const git = project.git && (await gitInit({ cwd: dir, env }));
  if (project.install) {
    if (clone) await mkdir(join(dir, "vendor"), { recursive: true });
    const onOutput = (chunk: Buffer) => void progress.write(chunk);
    for (const command of installCommands(source)) await runNpm(command, { cwd: dir, env, signal, onOutput });
  }
  const next = nextCommands(project, relative(host.cwd, dir), source);
  const paths = files.map(({ path }) => path);
  const packedFrom = clone && { packedFrom: clone.root };
  return { dir, template, id, files: paths, git, installed: project.install, ...packedFrom, next };
}

function nextCommands({ install }: Project, path: string, source: PackageSource): string[] {
  const quoted = (word: string) => (word.startsWith("--") ? word : shellWord(word));
  const npm = installCommands(source).map((words) => ["npm", ...words].map(quoted).join(" "));
  return [
    ...(path === "" ? [] : [`cd ${shellWord(path)}`]),
    ...(install ? [] : [...(source.kind === "clone" ? ["mkdir -p vendor"] : []), ...npm]),
    "npm test",
    "npm run package",
  ];
}

const shellWord = (text: string): string =>
  /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text)
    ? text
    : `'${(basename(text).startsWith("-") ? `./${text}` : text).replaceAll("'", "'\\''")}'`;
