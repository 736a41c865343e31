import type { ManagerName, PythonPackageManager } from "./package-manager.ts";

/** The adapter of a tool; loaded late, as a build needs one of them. */
export const packageManager = (name: ManagerName): Promise<PythonPackageManager> | undefined => adapters[name]?.();

const adapters: Readonly<Partial<Record<ManagerName, () => Promise<PythonPackageManager>>>> = {};
