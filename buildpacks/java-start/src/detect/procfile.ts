import { readProcfile } from "@libcnb/app-kit/start/procfile";
import type { App } from "libcnb";

/** The language of a Procfile's process `web`, or else of its first one, as far as its words show it. */
export async function procfileLanguage(app: App, dir: string): Promise<"java" | "other" | undefined> {
  const { commands = {} } = (await readProcfile(app, dir)) ?? {};
  const line = commands["web"] ?? Object.values(commands)[0];
  if (line === undefined) return undefined;
  const words = line.split(/[\s;&|"']+/).map((word) => word.replace(/^.*\//, ""));
  if (words.some((word) => word === "java" || /\.[jw]ar$/.test(word))) return "java";
  return words.some((word) => others.has(word) || /^python[\d.]*$|\.(py|[cm]?[jt]s|rb)$/.test(word))
    ? "other"
    : undefined;
}

const others = new Set(
  "node npm npx yarn pnpm bun deno gunicorn uvicorn hypercorn granian flask uv poetry bundle ruby rails puma rackup php dotnet go".split(
    " ",
  ),
);
