import { type ManagerName, readManagerChoice } from "@libcnb/node-app";
import { type DetectPlan, dependency } from "libcnb";
import type { Project } from "./project.ts";
import { needsManager, needsNode, type Starts } from "./starts.ts";

const node = dependency("node");
const npm = dependency("npm");
const packageManager = dependency("node_package_manager");

/** What the image needs to start the processes. The second way is for groups without `libcnb/node-packages`. */
export function plansFor(starts: Starts, manager: ManagerName): readonly DetectPlan[] {
  const requires = needsNode(starts) ? [node.require({ launch: true })] : [];
  if (!needsManager(starts)) return [{ requires }];
  const tool = manager === "npm" ? npm : packageManager;
  return [{ requires: [...requires, tool.require({ launch: true })] }, { requires }];
}

/** The package manager that runs scripts; it is asked for only if a process needs it, as it may not be clear. */
export async function managerOf({ app, dirs, settings }: Project, starts: Starts): Promise<ManagerName> {
  if (!needsManager(starts)) return "npm";
  return (await readManagerChoice(app, dirs, settings.BP_NODE_PACKAGE_MANAGER)).name;
}
