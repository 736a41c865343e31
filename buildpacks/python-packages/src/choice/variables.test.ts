import { expect, test } from "vitest";
import type { ManagerName } from "../package-manager.ts";
import { checkVariables } from "./variables.ts";

const instead = (name: string, what: string): string => `Unset ${name} for the build; instead of ${name}, ${what}.`;
const python = "set BP_CPYTHON_VERSION";
const folder = "set BP_PYTHON_PROJECT_PATH";
const groups = "set BP_PYTHON_GROUPS";

test.for<[name: string, tool: ManagerName, hint?: string]>([
  ["PYTHONHOME", "uv"],
  ["PYTHONPLATLIBDIR", "pip"],
  ["PYTHONINSPECT", "pip"],
  ["PYTHONPYCACHEPREFIX", "pdm"],
  ["VIRTUAL_ENV", "poetry"],
  ["PIP_TARGET", "uv"],
  ["PIP_PREFIX", "pip"],
  ["PIP_ROOT", "pip"],
  ["PIP_USER", "pip"],
  ["PIP_PYTHON", "pipenv", instead("PIP_PYTHON", python)],
  ["PIP_DRY_RUN", "pip"],
  ["PIP_REQUIREMENT", "pip", instead("PIP_REQUIREMENT", "set BP_PIP_REQUIREMENT")],
  ["PIP_EDITABLE", "pip", instead("PIP_EDITABLE", "write the package into requirements.txt")],
  ["UV_PROJECT_ENVIRONMENT", "uv"],
  ["UV_SYSTEM_PYTHON", "uv"],
  ["UV_PYTHON", "uv", instead("UV_PYTHON", python)],
  ["UV_MANAGED_PYTHON", "uv", instead("UV_MANAGED_PYTHON", python)],
  ["UV_PROJECT", "uv", instead("UV_PROJECT", folder)],
  ["UV_WORKING_DIR", "uv", instead("UV_WORKING_DIR", folder)],
  ["UV_NO_SYNC", "uv"],
  ["UV_FROZEN", "uv"],
  ["UV_DEV", "uv", instead("UV_DEV", groups)],
  ["PIPENV_PIPFILE", "pipenv", instead("PIPENV_PIPFILE", folder)],
  ["PIPENV_PYTHON", "pipenv", instead("PIPENV_PYTHON", python)],
  ["PIPENV_DEFAULT_PYTHON_VERSION", "pipenv", instead("PIPENV_DEFAULT_PYTHON_VERSION", python)],
  ["PIPENV_DEV", "pipenv", instead("PIPENV_DEV", groups)],
  ["PDM_PYTHON", "pdm", instead("PDM_PYTHON", python)],
  ["PDM_LOCKFILE", "pdm", instead("PDM_LOCKFILE", "commit that lockfile as pdm.lock")],
  ["PDM_PROJECT", "pdm", instead("PDM_PROJECT", folder)],
  ["PDM_FROZEN_LOCKFILE", "pdm"],
])(
  "the environment variable %s is refused in a build with %s",
  ([name, tool, hint = `Unset ${name} for the build.`]) => {
    expect(() => checkVariables({ [name]: "1" }, tool)).toThrow(
      expect.objectContaining({
        code: "PYTHON_VARIABLES_FORBIDDEN",
        message: `environment variables of the build conflict with this buildpack: ${name}`,
        hint,
      }),
    );
  },
);

test("all refused environment variables are reported together", () => {
  const env = { PIP_TARGET: "/srv", UV_PYTHON: "3.9", PATH: "/bin" };
  expect(() => checkVariables(env, "uv")).toThrow(
    expect.objectContaining({
      message: "environment variables of the build conflict with this buildpack: PIP_TARGET, UV_PYTHON",
      cause: "PIP_TARGET installs packages outside of the virtual environment; UV_PYTHON selects another Python",
      hint: "Unset PIP_TARGET, UV_PYTHON for the build; instead of UV_PYTHON, set BP_CPYTHON_VERSION.",
    }),
  );
});

test.for<[string, Readonly<Record<string, string>>, ManagerName]>([
  ["an empty environment variable", { PYTHONHOME: "" }, "pip"],
  ["environment variables of another tool", { UV_PYTHON: "3.9", PDM_PYTHON: "3.9" }, "poetry"],
  [
    "environment variables that change neither Python nor the location of packages",
    { PIP_INDEX_URL: "https://index.test/simple", PIP_NO_CACHE_DIR: "1", PYTHONPATH: "src", UV_INDEX: "x" },
    "uv",
  ],
])("a build accepts %s", ([, env, tool]) => {
  expect(() => checkVariables(env, tool)).not.toThrow();
});
