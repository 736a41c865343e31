export { type RecordingLogger, recordingLogger } from "../logger/recording-logger.ts";
export { type LogSink, textLogger } from "../logger/text-logger.ts";
