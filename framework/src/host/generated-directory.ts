import { cp, mkdir, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { LibcnbError } from "../errors.ts";
import { removeTree, writeWhole } from "./files/files.ts";
import { writeFileMap } from "./files/tree.ts";

/** The output of an extension's generate: texts and directories by name. */
export interface GeneratedFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, string | Readonly<Record<string, string | Uint8Array>>>>;
}

/**
 * All files and directories that an extension can write. They are removed first, because the
 * lifecycle never empties the output directory.
 */
const outputs = ["build.Dockerfile", "run.Dockerfile", "extend-config.toml", "context", "context.build", "context.run"];

/** Writes the output of generate: first the contexts, then the Dockerfiles that use them. */
export async function writeGenerated(outputDir: string, { files, contexts }: GeneratedFiles): Promise<void> {
  for (const name of outputs) await removeTree(join(outputDir, name));
  for (const [name, content] of Object.entries(contexts)) await writeContext(join(outputDir, name), content);
  for (const [name, text] of Object.entries(files)) await writeWhole(join(outputDir, name), text);
}

async function writeContext(dir: string, content: GeneratedFiles["contexts"][string]): Promise<void> {
  if (typeof content === "string") return copyContext(content, dir);
  // with modes, as a text that begins like a link of a file map is a text here
  const entries = Object.entries(content).map(
    ([path, contents]) => [path, { contents, mode: modeOf(contents) }] as const,
  );
  await writeFileMap(dir, Object.fromEntries(entries));
}

function modeOf(contents: string | Uint8Array): number {
  const text = typeof contents === "string" ? contents : new TextDecoder().decode(contents.subarray(0, 2));
  return text.startsWith("#!") ? 0o755 : 0o644;
}

async function copyContext(from: string, to: string): Promise<void> {
  const stats = isAbsolute(from) ? await stat(from).catch(() => undefined) : undefined;
  if (!stats?.isDirectory()) {
    throw new LibcnbError("GENERATE_RESULT_INVALID", `the context ${JSON.stringify(from)} is not a directory`, {
      hint: "Pass the absolute path of a directory, such as extension.dir or app.dir.",
    });
  }
  await mkdir(to, { recursive: true });
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
}
