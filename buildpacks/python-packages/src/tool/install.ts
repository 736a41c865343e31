import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import type { RunTool } from "libcnb";
import { maskSecrets, runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { Python, PythonPackageManager, Variables } from "../package-manager.ts";
import type { RegistryAccess } from "../registry/access.ts";
import { normalizeVenv } from "../venv/normalize.ts";
import { compilePython, createVenv, venvAt } from "../venv/venv.ts";

/** A tool, and the settings for its installation. */
interface ToolInstallation {
  readonly manager: PythonPackageManager;
  readonly python: Python;
  readonly access: RegistryAccess;
  /** The text of the requirements file that pip installs. */
  readonly requirements: string;
  /** True if the lines list the complete installation, each with a digest. */
  readonly isLocked: boolean;
  /** The directory with all wheels; `undefined` if pip downloads them from the package index. */
  readonly wheels: string | undefined;
}

/**
 * Installs a tool in a separate virtual environment into a directory. The tool's command is in
 * `bin`.
 */
export async function installTool(run: RunTool, dir: string, tool: ToolInstallation): Promise<void> {
  const { python, manager } = tool;
  const venv = venvAt(join(dir, "tool"), python);
  await createVenv(run, python, venv);
  const file = join(dir, "requirements.txt");
  await writeFile(file, tool.requirements);
  await pipInstall(run, tool, ["--python", venv.python, "install", "-r", file]);
  normalizeVenv(venv);
  await compilePython(run, python, venv.sitePackages);
  await mkdir(join(dir, "bin"));
  await symlink(join("../tool/bin", manager.name), join(dir, "bin", manager.name));
}

/**
 * Installs the tool with pip. Only wheels are installed. Building from source would require
 * compilers, and would execute code that has not been reviewed.
 */
async function pipInstall(
  run: RunTool,
  { python, access, isLocked, wheels }: ToolInstallation,
  args: readonly string[],
): Promise<void> {
  const flags = [
    "--only-binary",
    ":all:",
    "--no-compile",
    "--quiet",
    ...(isLocked ? ["--require-hashes", "--no-deps"] : []),
    ...(wheels === undefined ? [] : ["--no-index", "--find-links", wheels]),
  ];
  const secrets = access.secrets;
  await runExplained(
    runWith(run, { env: { ...access.env, ...ofTheApp }, secrets }),
    { command: [...pipCommand(python), ...args, ...flags], options: { cwd: "/", secrets, shownAs: false } },
    (end) => installFailure("pip", end, { secrets }),
  );
}

/**
 * Settings for installing the app's packages, which must not affect the installation of the tool.
 */
const ofTheApp = {
  PIP_CONSTRAINT: undefined,
  PIP_REQUIREMENT: undefined,
  PIP_NO_BINARY: undefined,
  PIP_NO_DEPS: undefined,
  PIP_PRE: undefined,
  PIP_REPORT: undefined,
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_ROOT_USER_ACTION: "ignore",
  PIP_NO_INPUT: "1",
};

/**
 * Creates a function that runs a tool with the given environment variables, and hides secrets in
 * its output, also from listeners.
 */
export const runWith =
  (run: RunTool, { env, secrets }: { readonly env: Variables; readonly secrets: readonly string[] }): RunTool =>
  (tool, args, { onLine, ...options } = {}) =>
    run(tool, args, {
      ...options,
      env: { ...env, ...options.env },
      secrets: [...secrets, ...(options.secrets ?? [])],
      ...defined({ onLine: onLine && ((line, stream) => onLine(maskSecrets(line, secrets), stream)) }),
    });

/**
 * Returns the command of the runtime's pip. With `-I`, no file of the app can replace a module that
 * pip imports.
 */
export const pipCommand = ({ path }: Python): [string, ...string[]] => [path, "-I", "-m", "pip"];
