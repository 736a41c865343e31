import type { BuildOutcome, FileMap } from "libcnb/testing";

/**
 * Paths in the image or the platform's cache of files that contain a text: a credential must be in
 * none of them.
 */
export const pathsWith = (text: string, { app, layers }: BuildOutcome): readonly string[] =>
  Object.entries({ ...app, ...layers })
    .filter(([, entry]) => bytesOf(entry).includes(text))
    .map(([path]) => path);

const bytesOf = (entry: FileMap[string] = ""): string =>
  Buffer.from(typeof entry === "object" && "mode" in entry ? entry.contents : entry).toString("latin1");
