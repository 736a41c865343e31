export { runBuildpacks } from "./main.ts";
export type { BuildpackModules } from "./run-phase.ts";
