/** `libcnb/packaging`: what packagers of buildpacks need of the framework. */
export { type CarriedFile, type CarriedFilesHost, carriedFiles } from "./carried-files.ts";
export { metadataIssues } from "./metadata-issues.ts";
