import { licenseOf } from "libcnb/internal";
import { commentedHeader, type LintDocument, replaceString } from "../document.ts";
import type { Edit, Problem } from "../finding.ts";

interface DeclaredLicense {
  readonly type?: string | undefined;
  readonly uri?: string | undefined;
}

/**
 * Reports licences that SPDX does not know. A licence with a URL does not need an SPDX identifier.
 */
export function licenseProblems(
  document: LintDocument,
  path: string,
  licenses: readonly DeclaredLicense[],
): readonly Problem[] {
  return licenses.flatMap(({ type, uri }, index): readonly Problem[] => {
    if (!type) return [];
    const license = licenseOf(type);
    const at = document.positions.has(`${path}[${index}].type`) ? `${path}[${index}].type` : `${path}[${index}]`;
    if (license?.kind === "id" && license.id !== type.trim())
      return [
        {
          rule: "license-unknown",
          path: at,
          message: `SPDX writes ${JSON.stringify(license.id)}`,
          edits: replaceString(document, at, license.id),
        },
      ];
    if (license?.kind !== "named" || uri) return [];
    const message = `${JSON.stringify(type)} is not an SPDX identifier or expression; write LicenseRef-NAME, or add its uri`;
    return [{ rule: "license-unknown", path: at, message }];
  });
}

/**
 * Reports a descriptor without a licence.
 *
 * @param own the licence in package.json
 */
export function missingLicense(
  document: LintDocument,
  {
    kind,
    licenses,
    own,
  }: {
    readonly kind: "buildpack" | "extension";
    readonly licenses: readonly DeclaredLicense[];
    readonly own: string | undefined;
  },
): readonly Problem[] {
  if (licenses.length > 0) return licenseProblems(document, `${kind}.licenses`, licenses);
  const edits = own !== undefined && licenseOf(own)?.kind === "id" ? insertTable(document, kind, own) : [];
  return [
    {
      rule: "license",
      path: kind,
      message: `has no licence; add [[${kind}.licenses]] with type = ${JSON.stringify(own ?? "MIT")}`,
      edits,
    },
  ];
}

/** The edit that inserts the table of the licence in front of the second header of the file. */
function insertTable({ text, table }: LintDocument, kind: "buildpack" | "extension", license: string): readonly Edit[] {
  const own = table[kind];
  if (typeof own === "object" && own !== null && "licenses" in own) return [];
  const added = `[[${kind}.licenses]]\ntype = ${JSON.stringify(license)}\n`;
  const header = new RegExp(`^\\[${kind}\\][ \\t]*(#.*)?\\r?$`, "m").exec(text);
  if (header === null) return [];
  const next = new RegExp(commentedHeader, "gm");
  next.lastIndex = header.index + header[0].length;
  const at = next.exec(text)?.index;
  if (at !== undefined) return [{ start: at, end: at, text: `${added}\n` }];
  return [{ start: text.length, end: text.length, text: `${text.endsWith("\n") ? "\n" : "\n\n"}${added}` }];
}
