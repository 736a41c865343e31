import { type App, defineBuildpack, pass } from "libcnb";
import { python, settings } from "./contract.ts";

export default defineBuildpack({
  config: settings,

  async detect({ app, config }) {
    const requires = (await isPythonApp(app, config.BP_PYTHON_PROJECT_PATH)) ? [python.require({ launch: true })] : [];
    return pass({ provides: [python], requires });
  },

  async build(context) {
    const { choose, provide } = await import("./build.ts"); // detect is quick because it loads nothing of this
    await provide(context, await choose(context));
  },
});

/**
 * Files that indicate a Python app: programs, and files of package managers, even if their names
 * are misspelt.
 */
const sign =
  /^(.+\.py|pyproject\.toml|(poetry|uv|pdm|pylock)\.(lock|toml)|Pipfile(\.lock)?|setup\.cfg|\.python-version|requi\w*ments?\.txt)$/i;
/** True if the project is one for Python. */
async function isPythonApp(app: App, projectPath = ""): Promise<boolean> {
  return (await app.list(projectPath)).some((name) => sign.test(name));
}
