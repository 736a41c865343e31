// apart from the rest: detect, which has no use for them, would load node:crypto
export { digestOfFiles, digestOfText } from "./keep/digest-of-files.ts";
export { hashFile, updateWithFile } from "./keep/hash-file.ts";
