import { inDir } from "@libcnb/app-kit/folders";
import { type App, type Bindings, UserError } from "libcnb";
import type { Settings } from "../config.ts";
import { withoutComments, withoutElements } from "./elements.ts";

/** The settings.xml that Maven uses. */
export interface MavenSettings {
  readonly text: string;
  /** The source in the user's terms: `the binding maven`. */
  readonly source: string;
  /** Relative to the app; `undefined`: it is from a binding, and in no layer. */
  readonly path: string | undefined;
  /** The settings that decrypt its passwords. */
  readonly security: string | undefined;
}

/**
 * The settings for Maven: from a binding of type `maven`, from `BP_MAVEN_SETTINGS_PATH`, or a
 * settings.xml in the project's directory.
 *
 * @throws UserError MAVEN_SETTINGS_MISSING
 */
export async function mavenSettings(
  { app, bindings, dir }: { readonly app: App; readonly bindings: Bindings; readonly dir: string },
  settings: Settings,
): Promise<MavenSettings | undefined> {
  const binding = await bindings.find({ type: "maven" });
  if (binding?.has("settings.xml")) {
    const security = binding.has("settings-security.xml") ? binding.text("settings-security.xml") : undefined;
    return { text: binding.text("settings.xml"), source: `the binding ${binding.name}`, path: undefined, security };
  }
  const named = settings.BP_MAVEN_SETTINGS_PATH?.trim();
  const path = inDir(dir, named || "settings.xml");
  if (await app.exists(path))
    return {
      text: await app.readText(path),
      source: named ? "BP_MAVEN_SETTINGS_PATH" : path,
      path,
      security: undefined,
    };
  if (!named) return undefined;
  throw new UserError("MAVEN_SETTINGS_MISSING", `BP_MAVEN_SETTINGS_PATH is "${named}", and the app has no such file`, {
    hint: "Name the file from the project's folder, or give settings.xml in a binding of type maven.",
  });
}

/** Secrets to hide in logs. */
export const secretsIn = (text: string): readonly string[] =>
  [
    ...Array.from(text.matchAll(/<(password|passphrase|master)>([^<]+)<\/\1>/g), ([, , value = ""]) => value.trim()),
    ...Array.from(text.matchAll(/:\/\/[^/\s:@<]*:([^/\s@<]+)@/g), ([, value = ""]) => value),
    ...Array.from(text.matchAll(/<value>([^<]*)<\/value>/gi), ([, value = ""]) => tokenIn(value.trim())),
  ].filter((value) => value !== "" && !value.startsWith("${"));

/** The value of a header without the word for its kind; shorter ones are in too many other words. */
function tokenIn(value: string): string {
  const token = value.replace(/^(?:Bearer|Basic|token)\s+/i, "");
  return [token, value].find(({ length }) => length >= 8) ?? "";
}

/** The settings for the cache key: repositories and profiles, without logins. */
export const withoutLogins = (text: string): string =>
  withoutElements(withoutComments(text), ["servers"])
    .replace(/<(username|password)>[^<]*<\/\1>/g, "")
    .replace(/(:\/\/)[^/\s@<]*@/g, "$1");
