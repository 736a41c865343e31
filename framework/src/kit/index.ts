/**
 * `libcnb/kit`: decisions that most buildpacks for a programming language need. They concern
 * requested versions, start commands, failures of tools, cache keys of layers, and licences. The
 * reference buildpacks use the same decisions.
 */
export { digestOfFiles, digestOfText } from "../host/files/digests.ts";
export { certificatePatterns, gitPatterns, machinePatterns } from "./common-patterns.ts";
export {
  explainFailure,
  type FailureFacts,
  type FailurePattern,
  type FailureTable,
  type FailureText,
  failureCode,
  type NameInOutput,
  nameInOutput,
} from "./explain-failure.ts";
export { spdxLicense } from "./license-names.ts";
export { type LoggedProcess, logProcess } from "./log-process.ts";
export { type PlainCommand, plainCommand, shellWords } from "./plain-command.ts";
export { type LocatedProcfile, type Procfile, parseProcfile, readProcfile } from "./procfile.ts";
export {
  type ChosenVersion,
  overruledRequestText,
  type PlanRequest,
  requestsInPlan,
  type UnsetVersion,
  unsetVersionWarning,
  type VersionRequest,
  versionInFile,
  versionRequests,
} from "./requests.ts";
export { type Call, runExplained } from "./run-explained.ts";
export { shellCommand } from "./shell-command.ts";
export { type OmittedLines, quotedLine, type Shows, shownLines } from "./shown-lines.ts";
export { maskSecrets, plainOutput, type ShownOutput, type ToolEnd } from "./tool-end.ts";
export { withSignals, withSignalsScript, writeWithSignals } from "./with-signals.ts";
