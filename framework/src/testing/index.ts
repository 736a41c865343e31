export { type RecordingLogger, recordingLogger } from "../logger/recording-logger.ts";
export { type BuildGiven, type BuildOutcome, build } from "./build.ts";
export { type DetectGiven, type DetectOutcome, detect } from "./detect.ts";
export type { FileMap } from "./file-map.ts";
export type { GivenBuildpack } from "./sandbox.ts";
