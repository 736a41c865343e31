import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/**
 * All TypeScript sources below a directory, relative to it, without tests (`x.test.ts`, and `x.conformance.ts` for several of them)
 * unless they are asked for.
 */
export function sourcesIn(dir: string, withTests = false): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter(
      (file) =>
        file.endsWith(".ts") &&
        (withTests || !/\.(test|conformance)\.ts$/.test(file)) &&
        !file.split("/").includes("node_modules"),
    )
    .sort();
}

/**
 * The imports of a source: packages as written, files relative to `dir`. Type imports count,
 * because they also create a dependency.
 */
export function importsOf(dir: string, file: string): string[] {
  const text = readFileSync(join(dir, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const specifiers = [...text.matchAll(/(?:^(?:import|export)[^;]*?from|^import|import\()\s*"([^"]+)"/gm)].map(
    (match) => match[1] ?? "",
  );
  return specifiers.map((specifier) =>
    specifier.startsWith(".") ? relative(dir, normalize(join(dir, dirname(file), specifier))) : specifier,
  );
}

/** The part of a package that a file belongs to: its directory, or the file itself at the top. */
export const partOf = (file: string): string =>
  file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
