import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

// This module is in src, in the compiler's output, or in the bundle. The page's parts are always next to the sources.
const root = import.meta.dirname.replace(/[/\\](src|dist)([/\\]inspect[/\\]html)?$/, "");

/**
 * The script and the style of the HTML page, and a content security policy that allows only these
 * two.
 */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
  readonly policy: string;
}

export async function pageAssets(): Promise<PageAssets> {
  const dir = join(root, "src/inspect/html/page");
  const [script, style] = await Promise.all([bundled(join(dir, "main.js")), readFile(join(dir, "page.css"), "utf8")]);
  return { script, style, policy: policyFor(script, style) };
}

/** The page is one file, so its modules become one script. */
async function bundled(entry: string): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2023",
    charset: "utf8",
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
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
