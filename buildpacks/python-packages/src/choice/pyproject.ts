import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { ManagerName } from "../package-manager.ts";

/** The evidence for tools in a pyproject.toml. */
export interface PyprojectSigns {
  /** The tools that the file is written for, each with the table that shows it. */
  readonly tools: ReadonlyMap<ManagerName, string>;
  /** True if there is something to install: dependencies, or the project itself. */
  readonly isInstallable: boolean;
  /** The tool versions that the project requires. */
  readonly versions: ReadonlyMap<ManagerName, { readonly range: string; readonly source: string }>;
}

/**
 * Reads the evidence for tools in a pyproject.toml and a uv.toml. Either is `undefined` if the file
 * does not exist.
 */
export function signsOf(pyproject: s.Table | undefined, uvToml?: s.Table): PyprojectSigns {
  const tool = tableOf(pyproject?.tool);
  const tools = new Map([...backendSigns(pyproject), ...tableSigns(tool)]);
  const isInstallable = tools.size > 0 || hasDependencies(pyproject) || backendOf(pyproject) !== undefined;
  return { tools, isInstallable, versions: new Map([...versionsIn(tool), ...versionsOfUv(uvToml)]) };
}

/**
 * Backends that only one tool writes into new projects. Others, such as hatchling and setuptools,
 * identify no tool, because pip builds with all of them.
 */
function backendSigns(pyproject: s.Table | undefined): readonly (readonly [ManagerName, string])[] {
  const backend = backendOf(pyproject);
  const owner = backends.find(([start]) => backend?.startsWith(start))?.[1];
  return owner === undefined ? [] : [[owner, `build-backend = "${backend}" in pyproject.toml`]];
}

const backendOf = (pyproject: s.Table | undefined): string | undefined =>
  stringOf(tableOf(pyproject?.["build-system"])["build-backend"]);

const backends: readonly (readonly [start: string, owner: ManagerName])[] = [
  ["poetry.", "poetry"],
  ["pdm.", "pdm"],
  ["uv_build", "uv"],
];

const tableSigns = (tool: s.Table): readonly (readonly [ManagerName, string])[] =>
  (["poetry", "uv", "pdm"] as const).flatMap((name) =>
    Object.hasOwn(tool, name) ? [[name, `[tool.${name}] in pyproject.toml`] as const] : [],
  );

function hasDependencies(pyproject: s.Table | undefined): boolean {
  const { dependencies, dynamic } = tableOf(pyproject?.project);
  return [dependencies, dynamic].some((list) => Array.isArray(list) && list.length > 0);
}

const versionsIn = (tool: s.Table): readonly Demand[] =>
  demands.flatMap(([name, key]) => demandOf(name, tableOf(tool[name])[key], `tool.${name}.${key} in pyproject.toml`));

/** uv reads only uv.toml if both files exist. */
const versionsOfUv = (uvToml: s.Table | undefined): readonly Demand[] =>
  demandOf("uv", uvToml?.["required-version"], "required-version in uv.toml");

type Demand = readonly [ManagerName, { readonly range: string; readonly source: string }];

const demandOf = (name: ManagerName, range: unknown, source: string): readonly Demand[] =>
  typeof range === "string" ? [[name, { range, source }]] : [];

const demands: readonly (readonly [ManagerName, string])[] = [
  ["uv", "required-version"],
  ["poetry", "requires-poetry"],
];
