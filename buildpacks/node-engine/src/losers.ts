import { loserSentence, type VersionRequest } from "@libcnb/app-kit/requests";
import type { LtsLines } from "./lines.ts";
import { wantedOf } from "./requested-release.ts";

/** Says of a request that did not win whether the version that was chosen is right for it, too. */
export const describeLoser = (request: VersionRequest, version: string, lines: LtsLines): Promise<string> =>
  loserSentence(request, { version, title: "Node.js", rangeOf: (words) => wantedOf(words, lines)?.range });
