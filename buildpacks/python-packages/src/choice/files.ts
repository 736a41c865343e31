import type { ManagerName } from "../package-manager.ts";

/** A lockfile and its manifest. */
export interface Lockfile {
  readonly name: string;
  readonly owner: ManagerName;
  /** The manifest without which the tool does not read the lockfile. */
  readonly manifest: string;
}

/** Lockfiles of tools. `requirements.txt` and `pylock.toml` are none of these: other tools write them for pip. */
const lockfiles: readonly Lockfile[] = [
  { name: "uv.lock", owner: "uv", manifest: "pyproject.toml" },
  { name: "poetry.lock", owner: "poetry", manifest: "pyproject.toml" },
  { name: "pdm.lock", owner: "pdm", manifest: "pyproject.toml" },
  { name: "Pipfile.lock", owner: "pipenv", manifest: "Pipfile" },
];

/** The lockfiles among file names: those that the tool can read and those without their manifest. */
export function lockfilesIn(files: readonly string[]): {
  readonly complete: readonly Lockfile[];
  readonly stray: readonly Lockfile[];
} {
  const found = lockfiles.filter(({ name }) => files.includes(name));
  const isComplete = ({ manifest }: Lockfile) => files.includes(manifest);
  return { complete: found.filter(isComplete), stray: found.filter((each) => !isComplete(each)) };
}

/** pip's sources in order of precedence; any tool can read pylock.toml. */
export const pipFiles = ["pylock.toml", "requirements.txt"] as const;

/** Files whose presence, with any content, means that the app has packages to install. */
export const decisiveNames: readonly string[] = [
  ...lockfiles.map(({ name }) => name),
  ...pipFiles,
  "Pipfile",
  "setup.py",
];

/** The lockfile that a tool writes. */
export const lockfileOf = (name: ManagerName): string =>
  lockfiles.find(({ owner }) => owner === name)?.name ?? "requirements.txt";

/** Tools as users call them. */
export const titles: Readonly<Record<ManagerName, string>> = {
  pip: "pip",
  uv: "uv",
  poetry: "Poetry",
  pipenv: "Pipenv",
  pdm: "PDM",
};

/** True if a text is the name of a supported tool. */
export const isManager = (name: string): name is ManagerName => Object.hasOwn(titles, name);

/** The command that writes a tool's lockfile. */
export const lockCommands: Readonly<Record<ManagerName, string>> = {
  pip: "pip freeze > requirements.txt",
  uv: "uv lock",
  poetry: "poetry lock",
  pipenv: "pipenv lock",
  pdm: "pdm lock",
};
