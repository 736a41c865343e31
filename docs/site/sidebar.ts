import { globSync } from "node:fs";
import { type Group, navigation, pathsOf } from "./navigation.ts";

/** An entry of Starlight's sidebar. */
export type SidebarEntry =
  | { readonly slug: string }
  | { readonly label: string; readonly collapsed: boolean; readonly items: readonly SidebarEntry[] };

/** The sidebar, as Starlight's configuration has it. */
export function sidebar(contentDir: string): readonly SidebarEntry[] {
  const pages = globSync("**/*.md", { cwd: contentDir }).map((file) => file.replace(/\.md$/, ""));
  return navigation.map((group) => entryOf(group, pages));
}

const entryOf = ({ label, collapsed = false, pages: entries }: Group, pages: readonly string[]): SidebarEntry => ({
  label,
  collapsed,
  items: entries.flatMap((entry) =>
    typeof entry === "string" ? pathsOf(entry, pages).map((slug) => ({ slug })) : [entryOf(entry, pages)],
  ),
});
