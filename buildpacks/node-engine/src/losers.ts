import { loserSentence, type VersionRequest } from "@libcnb/app-kit/requests";
import type { LtsLines } from "./lines.ts";
import { wantedOf } from "./requested-release.ts";

/** The log message about an overruled request: whether it also admits the chosen version. */
export const describeLoser = (request: VersionRequest, version: string, lines: LtsLines): Promise<string> =>
  loserSentence(request, { version, title: "Node.js", rangeOf: (words) => wantedOf(words, lines)?.range });
