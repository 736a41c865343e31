import { UserError } from "libcnb";

/**
 * Creates an error with a hint for an app in which no package manager finds a file. The app's files
 * suggest that one was intended: misspelled names, requirements under other names, or files of
 * conda. Returns `undefined` if there are no such files.
 *
 * @param files the names in the project's directory. Names of directories end with `/`
 */
export const missedFiles = (files: readonly string[]): UserError | undefined =>
  misspelt(files) ?? otherRequirements(files) ?? ofConda(files);

function misspelt(files: readonly string[]): UserError | undefined {
  const found = files.flatMap((file) => {
    const right = file.endsWith("/") ? undefined : meantBy(file);
    return right === undefined ? [] : [{ file, right }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const names = found.map(({ file, right }) => `${file} is ignored; the expected name is ${right}`);
  return new UserError(
    "PYTHON_FILE_MISSPELT",
    found.length === 1
      ? `${first.file} looks like a list of packages, but has an unexpected name`
      : `${found.map(({ file }) => file).join(", ")} look like lists of packages, but have unexpected names`,
    {
      cause: names.join("; "),
      hint: `Rename ${first.file}: git mv ${first.file} ${first.right}`,
    },
  );
}

/** The name that a file should have; `undefined` if it has it, or means something else. */
function meantBy(file: string): string | undefined {
  const plain = file.toLowerCase().replace(/^(req[^.]*)(?:\.txt\.txt|\.text)?$/, "$1.txt");
  return names.find((name) => file !== name && isNear(plain, name.toLowerCase(), name.length > 8 ? 2 : 1));
}

const names = ["requirements.txt", "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "Pipfile"];

/**
 * True if at most this many letters left out, added, changed or swapped with the next turn one text
 * into the other.
 */
function isNear(a: string, b: string, most: number): boolean {
  if (a === b) return true;
  if (most === 0 || Math.abs(a.length - b.length) > most) return false;
  const start = firstDifference(a, b);
  const [x, y] = [a.slice(start), b.slice(start)];
  const isNext = (skipX: number, skipY: number) => isNear(x.slice(skipX), y.slice(skipY), most - 1);
  const isSwapped = x.length > 1 && x[0] === y[1] && x[1] === y[0] && isNext(2, 2);
  return isSwapped || isNext(1, 0) || isNext(0, 1) || isNext(1, 1);
}

function firstDifference(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return index;
}

/**
 * Returns an error if the app has files such as `requirements-prod.txt`, `requirements.in` or
 * `requirements/`, because the buildpack cannot determine which of them is meant for launch.
 */
function otherRequirements(files: readonly string[]): UserError | undefined {
  const found = files.filter((file) => /^(.+[-_.])?requirements([-_.].+)?\.(txt|in|lock)$|^requirements\/$/.test(file));
  const wanted = found.filter((file) => file !== "requirements.txt" && !/dev|test|lint|doc|ci\b/i.test(file));
  const [first] = wanted;
  if (first === undefined) return undefined;
  return new UserError("PYTHON_REQUIREMENTS_UNCLEAR", `the app has ${wanted.join(", ")}, but no requirements.txt`, {
    hint: `${wayFor(first)} ${emptyFile}`,
  });
}

function wayFor(file: string): string {
  if (file.endsWith("/")) return `Set BP_PIP_REQUIREMENT to a file in this directory, such as ${file}base.txt.`;
  if (file.endsWith(".in"))
    return `Run "pip-compile ${file}" and commit requirements.txt; or set BP_PIP_REQUIREMENT=${file}.`;
  return `Set BP_PIP_REQUIREMENT=${file}; or rename it to requirements.txt.`;
}

function ofConda(files: readonly string[]): UserError | undefined {
  const file = ["environment.yml", "environment.yaml", "package-list.txt", "pixi.toml", "pixi.lock"].find((name) =>
    files.includes(name),
  );
  if (file === undefined) return undefined;
  const tool = file.startsWith("pixi") ? "Pixi" : "conda";
  return new UserError(
    "PYTHON_CONDA_UNSUPPORTED",
    `the app has ${file}: this buildpack cannot install ${tool} packages`,
    {
      hint: `List the packages in requirements.txt under their names in the Python Package Index. ${emptyFile}`,
    },
  );
}

const emptyFile = "If the app needs no packages, add an empty requirements.txt.";
