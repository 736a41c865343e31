import { dirname } from "node:path";
import { decodeInventory } from "libcnb/internal";
import { concurrently } from "../concurrently.ts";
import type { LintDocument } from "./document.ts";
import type { Problem } from "./finding.ts";

const limit = 4;

/** Requests each URL in the inventory once, and reports URLs that cannot be downloaded. */
export async function addressProblems(
  document: LintDocument,
  unreachable: (uri: string, dir: string) => Promise<string | undefined>,
): Promise<readonly Problem[]> {
  const { metadata = {} } = document.table;
  const { releases } = decodeInventory(metadata as LintDocument["table"], document.file, "metadata");
  const uris = [...new Set(releases.map(({ uri }) => uri))];
  const reasons = await concurrently(uris, (uri) => unreachable(uri, dirname(document.file)), { limit });
  const failed = new Map(uris.map((uri, index) => [uri, reasons[index]]));
  return releases.flatMap(({ uri }, index): Problem[] => {
    const reason = failed.get(uri);
    return reason === undefined
      ? []
      : [
          {
            rule: "dependency-url",
            path: `metadata.dependencies[${index}].uri`,
            message: `${uri} cannot be downloaded: ${reason}`,
          },
        ];
  });
}
