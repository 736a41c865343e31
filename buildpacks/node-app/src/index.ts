export { chooseScripts, scriptsOfBuild } from "./build-scripts.ts";
export type { ManagerChoice, ManagerName } from "./manager.ts";
export { chooseManager, type ManagerSources, readManagerChoice } from "./manager-choice.ts";
export { type PackageJson, readPackageJson, type Texts } from "./package-json.ts";
export { packageWith } from "./program-packages.ts";
export { lockfileNames, type ProjectDirs, projectDirs } from "./project-dirs.ts";
