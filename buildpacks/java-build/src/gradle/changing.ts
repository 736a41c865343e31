import { posix } from "node:path";
import type { BuildFiles } from "./modules.ts";

/**
 * The reason why an unchanged build may use other libraries or plugins: `1.+`, ranges,
 * `latest.release`. The build itself reports snapshots, including transitive ones.
 */
export function changingPart({ texts, isLocked }: BuildFiles): string | undefined {
  if (isLocked) return undefined;
  for (const [path, text] of Object.entries(texts)) {
    const part = openIn(posix.basename(path), text);
    if (part !== undefined) return `${path} asks for ${part}, which may be another one each time`;
  }
  return undefined;
}

function openIn(name: string, text: string): string | undefined {
  if (name === "gradle.properties")
    return Array.from(text.matchAll(/^[ \t]*[\w.-]+[ \t]*[=:][ \t]*(\S+)[ \t]*$/gm), ([, value = ""]) => value).find(
      isOpen,
    );
  const strings = Array.from(text.matchAll(/["']([^"'\n]+)["']/g), ([, value = ""]) => value);
  return strings.find((value) => isOpen(value) || isOpen(versionIn(value)) || versionIn(value) === "+");
}

/** `1.+` of `org.example:library:1.+@jar` */
const versionIn = (notation: string): string => /^[\w.-]+:[\w.-]+:([^@:]+)/.exec(notation)?.[1] ?? "";

/** `[1.0,2.0)`, but not `[1.0]`, which is that version alone. */
const isOpen = (version: string): boolean =>
  /^(?:\d+\.)*(?:\d+\.)\+$|^latest\.(?:release|integration|milestone)$|^[[(\]][\d\w.-]*,[\d\w.-]*[\])[]$/.test(version);
