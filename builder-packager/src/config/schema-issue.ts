import type { s } from "libcnb/internal";
import type * as v from "valibot";
import { childPath } from "./toml-keys.ts";

/** Converts an issue of a schema to an issue of a file, with the path of the key. */
export function schemaIssue(issue: v.BaseIssue<unknown>): s.Issue {
  const path = (issue.path ?? []).reduce((parent, { key }) => {
    return typeof key === "number" ? `${parent}[${key}]` : childPath(parent, String(key));
  }, "");
  return { path, message: messageOf(issue) };
}

function messageOf(issue: v.BaseIssue<unknown>): string {
  if (issue.received === "undefined") return "is missing";
  if (issue.kind === "schema" && !/^(must|is not|has) /.test(issue.message))
    return `expected ${issue.expected}, got ${issue.received}`;
  if (issue.message.startsWith("expected ")) return issue.message;
  return `${JSON.stringify(issue.input)} ${issue.message}`;
}
