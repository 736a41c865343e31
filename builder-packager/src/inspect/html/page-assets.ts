import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// This module is in src, in what the compiler made of it, or in the bundle; the page's parts are always beside the sources.
const root = import.meta.dirname.replace(/[/\\](src|dist)([/\\]inspect[/\\]html)?$/, "");

/** The script and style of the page, and the policy that allows only these. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
  readonly policy: string;
}

export async function pageAssets(): Promise<PageAssets> {
  const [script, style] = await Promise.all(
    ["page.js", "page.css"].map((name) => readFile(join(root, "src/inspect/html/page", name), "utf8")),
  );
  return { script: script ?? "", style: style ?? "", policy: policyFor(script ?? "", style ?? "") };
}

const policyFor = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
