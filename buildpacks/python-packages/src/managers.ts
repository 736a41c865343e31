import type { ManagerName, PythonPackageManager } from "./package-manager.ts";

/** The adapter of a tool; loaded late, as a build needs one of them. */
export async function packageManager(name: ManagerName): Promise<PythonPackageManager> {
  const load = adapters[name];
  if (load === undefined) throw new Error(`there is no adapter of ${name}`);
  return load();
}

const adapters: Readonly<Partial<Record<ManagerName, () => Promise<PythonPackageManager>>>> = {
  pipenv: async () => (await import("./pipenv/pipenv.ts")).pipenv,
  poetry: async () => (await import("./poetry/poetry.ts")).poetry,
  pip: async () => (await import("./pip/pip.ts")).pip,
  uv: async () => (await import("./uv/uv.ts")).uv,
  pdm: async () => (await import("./pdm/pdm.ts")).pdm,
};
