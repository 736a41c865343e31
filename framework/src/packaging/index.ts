/** `libcnb/packaging`: the parts of the framework that packagers of buildpacks need. */

export type { DownloadHost } from "../inventory/download-host.ts";
export { type CarriedFile, type CarriedFilesHost, carriedFiles } from "./carried-files.ts";
export { fetchFile } from "./fetch-file.ts";
export { metadataIssues } from "./metadata-issues.ts";
export { type AddressHost, unreachable } from "./unreachable.ts";
