export { type BuildpackModules, runBuildpacks } from "./main.ts";
