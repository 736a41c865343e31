import type { BuildOutcome, FileMap } from "libcnb/testing";

/**
 * Returns the paths of files that contain a text, in the image or in the platform's cache. Tests
 * use this function to check that no file contains a credential.
 */
export const pathsWith = (text: string, { app, layers }: BuildOutcome): readonly string[] =>
  Object.entries({ ...app, ...layers })
    .filter(([, entry]) => bytesOf(entry).includes(text))
    .map(([path]) => path);

const bytesOf = (entry: FileMap[string] = ""): string =>
  Buffer.from(typeof entry === "object" && "mode" in entry ? entry.contents : entry).toString("latin1");
