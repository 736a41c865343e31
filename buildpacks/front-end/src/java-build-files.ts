import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** The way in which a Java build file uses Node.js, and the file. */
export interface NodeUse {
  /**
   * `node`: the build file downloads Node.js itself. `calls`: it runs node, npm or another package
   * manager from PATH.
   */
  readonly brings: "node" | "calls";
  /** The source, in words for the user: `frontend-maven-plugin in pom.xml`. */
  readonly source: string;
}

/**
 * Determines how a Java project uses Node.js, from its build files and its front end directories.
 * Returns `undefined` if it does not use Node.js.
 */
export async function nodeUseOf(app: App, base: string, dirs: readonly string[]): Promise<NodeUse | undefined> {
  const uses: NodeUse[] = [];
  for (const dir of new Set([base, ...dirs])) {
    for (const name of buildFiles) {
      const path = inDir(dir, name);
      const use = (await app.exists(path).catch(() => false)) ? useIn(await app.readText(path), path) : undefined;
      if (use !== undefined) uses.push(use);
    }
  }
  return uses.find(({ brings }) => brings === "calls") ?? uses[0];
}

const buildFiles = ["pom.xml", "build.gradle", "build.gradle.kts"];

function useIn(text: string, path: string): NodeUse | undefined {
  const found = signs.find(({ pattern, unless }) => pattern.test(text) && !unless?.test(text));
  return found && { brings: found.brings, source: `${found.name} in ${path}` };
}

interface Sign extends Pick<NodeUse, "brings"> {
  readonly name: string;
  readonly pattern: RegExp;
  readonly unless?: RegExp;
}

/** Plugins, and how commands are written in their settings. */
const signs: readonly Sign[] = [
  {
    name: "the Node.js plugin",
    brings: "calls",
    pattern: /com\.github\.node-gradle\.node|com\.moowork\.node/,
    unless: /download(?:\.set\(|\s*=\s*|\s+)true/,
  },
  { name: "Quinoa", brings: "calls", pattern: /quarkus-quinoa/ },
  { name: "Vaadin", brings: "calls", pattern: /vaadin-maven-plugin|id\s*\(?["']com\.vaadin["']/ },
  {
    name: "a command of Node.js",
    brings: "calls",
    pattern:
      /<executable>\s*(?:node|npm|npx|yarn|pnpm)\s*<|(?:commandLine|executable|exec)\W[^\n]{0,80}["'](?:node|npm|npx|yarn|pnpm)\b/,
  },
  { name: "frontend-maven-plugin", brings: "node", pattern: /frontend-maven-plugin/ },
  {
    name: "the Node.js plugin",
    brings: "node",
    pattern: /com\.github\.node-gradle\.node|com\.moowork\.node|org\.siouan\.frontend/,
  },
];
