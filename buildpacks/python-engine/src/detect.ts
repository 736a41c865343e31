import type { App } from "libcnb";

/** What tells of Python: programs, and the files of those who install packages, also where their names are misspelt. */
const sign =
  /^(.+\.py|pyproject\.toml|(poetry|uv|pdm|pylock)\.(lock|toml)|Pipfile(\.lock)?|setup\.cfg|\.python-version|requi\w*ments?\.txt)$/i;

/** True if the project is one for Python. */
export async function isPythonApp(app: App, projectPath = ""): Promise<boolean> {
  return (await app.list(projectPath)).some((name) => sign.test(name));
}
