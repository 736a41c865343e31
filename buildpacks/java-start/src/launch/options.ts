import type { Manifest } from "@libcnb/java-app/manifest";

/**
 * Returns the Java options for the permissions in a jar's manifest (`Add-Opens` and others),
 * because Java itself only applies these with `java -jar`.
 */
export function optionsOf(manifest: Manifest, java = 0): readonly string[] {
  const opened = (name: string, option: string, since: number) =>
    java < since ? [] : words(manifest.get(name)).map((each) => `${option} ${each}`);
  return [
    ...opened("Add-Opens", "--add-opens", 9).map((option) => `${option}=ALL-UNNAMED`),
    ...opened("Add-Exports", "--add-exports", 9).map((option) => `${option}=ALL-UNNAMED`),
    ...opened("Enable-Native-Access", "--enable-native-access", 22).map((option) => option.replace(" ", "=")),
  ];
}

/** Those that need no quotes. */
const words = (text = ""): readonly string[] => text.split(/\s+/).filter((word) => /^[\w./-]+$/.test(word));
