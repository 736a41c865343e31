import { stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";

/**
 * True if building a project may do more than record its code's location: compile extensions,
 * generate files, ask git for the version. Its result then depends on more than the manifest, and a
 * part of it may be in the app.
 */
export function hasOwnBuild({ table, hasSetupPy }: { readonly table: Table; readonly hasSetupPy: boolean }): boolean {
  const [project, tool, system] = ["project", "tool", "build-system"].map((key) => tableOf(table[key])) as Tables;
  const backend = stringOf(system["build-backend"]) ?? "setuptools.build_meta";
  const rule = backends[backend];
  const isPlain = rule !== undefined && system["backend-path"] === undefined && !rule({ tool, hasSetupPy });
  return !isPlain || textsOf(project["dynamic"]).length > 0;
}

type Tables = [project: Table, tool: Table, system: Table];

type Rule = (found: { readonly tool: Table; readonly hasSetupPy: boolean }) => boolean;

const at = (table: Table, ...keys: readonly string[]): unknown =>
  keys.reduce((found: unknown, key) => tableOf(found)[key], table);

/** The backends that only write down where the code is, and whether a project tells them to do more. */
const backends: Readonly<Record<string, Rule>> = {
  uv_build: () => false,
  "flit_core.buildapi": () => false,
  "hatchling.build": ({ tool }) => hasHooks(at(tool, "hatch", "build")),
  "pdm.backend": ({ tool, hasSetupPy }) =>
    at(tool, "pdm", "build", "run-setuptools") !== undefined ||
    hasSetupPy ||
    at(tool, "pdm", "build", "custom-hook") !== undefined,
  "poetry.core.masonry.api": ({ tool }) => at(tool, "poetry", "build") !== undefined,
  "setuptools.build_meta": ({ tool, hasSetupPy }) => hasSetupPy || at(tool, "setuptools", "ext-modules") !== undefined,
};

const hasHooks = (build: unknown): boolean =>
  tableOf(build)["hooks"] !== undefined || at(tableOf(build), "targets", "wheel", "hooks") !== undefined;
