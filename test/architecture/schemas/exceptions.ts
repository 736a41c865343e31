/** A problem that a decoder finds and the schema does not. */
interface Exception {
  readonly problem: RegExp;
  readonly reason: string;
}

/** The differences between decoders and schemas. The schemas refuse nothing that a decoder accepts. */
export const exceptions: readonly Exception[] = [
  { problem: /: differs from /, reason: "JSON Schema cannot compare two values" },
  { problem: / is declared twice$/, reason: "JSON Schema cannot compare a key of several items" },
  { problem: /^targets\[\d+\]: repeats the platform /, reason: "JSON Schema cannot compare keys of several items" },
  { problem: /\.delim: is missing; /, reason: "another item of the list may have the delimiter" },
  { problem: /: no dependency has this id$/, reason: "JSON Schema cannot compare a key with a value" },
  {
    problem: /\.uri: expected an https, http, file, npm or pypi URI/,
    reason: "the schema checks only the scheme of a URI",
  },
  { problem: /: there is no such day: /, reason: "a pattern cannot count the days of a month" },
  { problem: /: is missing, while the Package URL is for /, reason: "JSON Schema cannot read a part of a value" },
  {
    problem: /: unknown key; did you mean /,
    reason: "a pattern for all names that two edits turn into a known one would have megabytes",
  },
  { problem: /^: the policy has no rule$/, reason: "the schema accepts a policy whose rules are off" },
  { problem: /: ".*" is not one licence of the SPDX list/, reason: "the schema does not contain the SPDX list" },
  { problem: /: the Package URL has a version, too; /, reason: "JSON Schema cannot read a part of a value" },
  { problem: /: has more than \d+ wildcards$/, reason: "the schema does not count wildcards" },
];
