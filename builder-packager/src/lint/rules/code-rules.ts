import { declaredSbomFormats, sbomMediaTypes } from "libcnb/spec";
import type { AuthorCode } from "../code/author-code.ts";
import { mentions, readNames, writesSbom } from "../code/source-text.ts";
import { insertBelow, type LintDocument } from "../document.ts";
import type { Finding, Problem } from "../finding.ts";

/** A variable of `[[metadata.configurations]]`. */
interface Variable {
  readonly name: string;
}

/** Reports variables that the descriptor declares and that no code reads. */
export function unreadVariables(variables: readonly Variable[], code: AuthorCode): readonly Problem[] {
  if (!code.isComplete) return [];
  return variables.flatMap(({ name }, index): Problem[] =>
    mentions(code, name)
      ? []
      : [
          {
            rule: "configuration-unread",
            path: `metadata.configurations[${index}].name`,
            message: `nothing in the package reads ${name}`,
          },
        ],
  );
}

/** Reports variables that the code reads and that the descriptor does not declare. */
export function undeclaredVariables(variables: readonly Variable[], code: AuthorCode): readonly Finding[] {
  const names = new Set(variables.map(({ name }) => name));
  return readNames(code)
    .filter(({ name }) => !names.has(name))
    .map(({ name, path, line, column }) => ({
      rule: "configuration-undeclared",
      severity: "error",
      file: path,
      line,
      column,
      message: `reads ${name}, which [[metadata.configurations]] does not declare`,
      edits: [],
    }));
}

/** Reports variables that the descriptor declares and that the README does not mention. */
export function checkReadme(
  variables: readonly Variable[],
  readme: { readonly name: string; readonly text: string },
): readonly Problem[] {
  return variables.flatMap(({ name }, index): Problem[] =>
    new RegExp(`(?<![\\w])${name}(?![\\w])`).test(readme.text)
      ? []
      : [
          {
            rule: "configuration-undocumented",
            path: `metadata.configurations[${index}].name`,
            message: `${readme.name} does not contain ${name}`,
          },
        ],
  );
}

/** Reports SBOMs that the code creates in formats that the descriptor does not declare. */
export function checkSbomFormats(
  document: LintDocument,
  declared: readonly string[],
  code: AuthorCode,
): readonly Problem[] {
  const unknown = declaredSbomFormats(declared).flatMap(({ text, extension }, index): Problem[] =>
    extension === undefined
      ? [
          {
            rule: "sbom-formats",
            path: `buildpack.sbom-formats[${index}]`,
            message: `${JSON.stringify(text)} is not a media type of the specification: ${Object.values(sbomMediaTypes).join(", ")}`,
          },
        ]
      : [],
  );
  if (declared.length > 0) return unknown;
  const where = writesSbom(code);
  if (where === undefined) return unknown;
  const formats = Object.values(sbomMediaTypes).map((type) => JSON.stringify(type));
  const edits = insertBelow(document, "buildpack.version", `sbom-formats = [${formats.join(", ")}]`);
  return [
    { rule: "sbom-formats", path: "buildpack.sbom-formats", message: `is missing, but ${where} creates SBOMs`, edits },
  ];
}
