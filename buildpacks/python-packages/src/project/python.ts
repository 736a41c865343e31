import { UserError, versionRange } from "libcnb";
import type { ProjectSource } from "../package-manager.ts";

/**
 * Refuses a Python version that the project does not allow.
 *
 * @param requirement a specifier such as `>=3.12`, and the file that contains it; `undefined`
 * allows any version
 * @throws UserError PYTHON_VERSION_UNSUITABLE
 */
export async function checkPython(
  { python }: Pick<ProjectSource, "python">,
  { requirement, file }: { readonly requirement: string | undefined; readonly file: string },
): Promise<void> {
  const admits = requirement === undefined ? undefined : await versionRange(requirement, "pep440");
  if (admits === undefined || admits(python.version)) return;
  throw new UserError(
    "PYTHON_VERSION_UNSUITABLE",
    `${file} requires Python ${requirement}, but this build uses ${python.version}`,
    {
      hint: `Set a matching Python in .python-version or BP_CPYTHON_VERSION; or change ${file === "Pipfile" ? "[requires] in Pipfile" : "requires-python in pyproject.toml"} and update the lockfile.`,
    },
  );
}
