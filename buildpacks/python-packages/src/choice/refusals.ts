import { UserError } from "libcnb";
import type { ManagerName } from "../package-manager.ts";
import { type FoundSources, type Lockfile, pipFiles, titles } from "./files.ts";

export const unknownManager = (name: string): UserError =>
  new UserError(
    "PYTHON_PACKAGE_MANAGER_INVALID",
    `BP_PYTHON_PACKAGE_MANAGER is "${shortened(name)}", which is not a supported package manager`,
    { hint: "Set it to pip, uv, poetry, pipenv or pdm. For a version, set a variable such as BP_UV_VERSION." },
  );

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** The error for several lockfiles if no setting selects one. */
export function conflict(lockfiles: readonly Lockfile[]): UserError {
  const names = listed(lockfiles.map(({ name }) => name));
  const owners = lockfiles.map(({ owner }) => owner);
  return new UserError("PYTHON_LOCKFILES_CONFLICT", `the app has lockfiles of several tools: ${names}`, {
    hint: `Delete the lockfiles of the tools that you do not use; or set BP_PYTHON_PACKAGE_MANAGER to ${listed(owners, "or")}.`,
  });
}

/** The error for a BP_PYTHON_PACKAGE_MANAGER that names a tool for which the app has no files. */
export function ofAnother(name: ManagerName, { complete, files }: Pick<FoundSources, "complete" | "files">): UserError {
  const others = [...complete.map((each) => each.name), ...pipFiles.filter((file) => files.includes(file))];
  const has = others.length === 0 ? `no ${ways[name].file}` : `only ${listed(others)}`;
  const said = `BP_PYTHON_PACKAGE_MANAGER requests ${titles[name]}, but the app has ${has}`;
  return new UserError("PYTHON_LOCKFILE_OF_ANOTHER", said, {
    hint: `${ways[name].way}; or unset BP_PYTHON_PACKAGE_MANAGER.`,
  });
}

const ways: Readonly<Record<ManagerName, { readonly file: string; readonly way: string }>> = {
  pip: { file: "requirements.txt", way: 'Run "pip freeze > requirements.txt" and commit it' },
  uv: {
    file: "pyproject.toml with dependencies",
    way: 'Run "uv lock" and commit uv.lock (without a pyproject.toml, first run "uv init --bare" and "uv add -r requirements.txt")',
  },
  poetry: {
    file: "pyproject.toml with dependencies",
    way: 'Run "poetry lock" and commit poetry.lock (without a pyproject.toml, first run "poetry init")',
  },
  pipenv: { file: "Pipfile", way: 'Run "pipenv install" and commit Pipfile and Pipfile.lock' },
  pdm: {
    file: "pyproject.toml with dependencies",
    way: 'Run "pdm lock" and commit pdm.lock (without a pyproject.toml, first run "pdm init")',
  },
};

/** The error for a lockfile without the manifest that the tool also needs. */
export const alone = ({ name, owner, manifest }: Lockfile): UserError =>
  new UserError("PYTHON_LOCKFILE_ALONE", `the app has ${name}, but no ${manifest}`, {
    cause: `${titles[owner]} cannot install from ${name} without ${manifest}`,
    hint: `Commit ${manifest} as well. Check that .gitignore does not exclude it, and check BP_PYTHON_PROJECT_PATH.`,
  });

const listed = (names: readonly string[], word = "and"): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
