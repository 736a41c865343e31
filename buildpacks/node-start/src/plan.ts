import { type ManagerName, readManagerChoice } from "@libcnb/node-app";
import { type DetectPlan, dependency } from "libcnb";
import type { Project } from "./project.ts";
import type { Start } from "./start.ts";
import { needsNode, type Starts } from "./starts.ts";

const node = dependency("node");
const npm = dependency("npm");
const packageManager = dependency("node_package_manager");

/**
 * Returns the requirements for starting the processes, as alternatives of the build plan. The
 * second alternative does not require package managers. It is for groups of buildpacks without
 * `libcnb/node-packages`.
 */
export function plansFor(starts: Starts, manager: ManagerName): readonly DetectPlan[] {
  const requires = needsNode(starts) ? [node.require({ launch: true })] : [];
  const called = Object.values(starts).flatMap(callsOf);
  const isCalled = (names: readonly string[]) =>
    called.some((name) => names.includes(name === "manager" ? manager : name));
  const tools = [
    ...(isCalled(["npm", "npx"]) ? [npm.require({ launch: true })] : []),
    ...(isCalled(others) ? [packageManager.require({ launch: true })] : []),
  ];
  return tools.length === 0 ? [{ requires }] : [{ requires: [...requires, ...tools] }, { requires }];
}

/**
 * Returns the package manager that runs scripts. It is only determined if a process needs it,
 * because the choice may be ambiguous and then fail.
 */
export async function managerOf({ app, dirs, settings }: Project, starts: Starts): Promise<ManagerName> {
  if (!Object.values(starts).some(({ kind }) => kind === "script")) return "npm";
  return (await readManagerChoice(app, dirs, settings.BP_NODE_PACKAGE_MANAGER)).name;
}

const others = ["yarn", "yarnpkg", "pnpm", "pnpx", "bun", "bunx"];

/** The package managers that a process calls: by name, or the app's. */
function callsOf(start: Start): readonly string[] {
  if (start.kind === "script") return ["manager"];
  if (start.kind === "program") return start.words.slice(0, 1);
  if (start.kind !== "shell") return [];
  return start.line.match(/(?<![\w./-])(npm|npx|yarn|yarnpkg|pnpm|pnpx|bun|bunx)(?![\w./-])/g) ?? [];
}
