import { join, resolve } from "node:path";
import type { SourceModule } from "../../buildpackage/module.ts";
import { describeLack, engineLacks, type Lack } from "../../compile/small/lacks.ts";
import type { Checks } from "../checks.ts";
import type { Finding } from "../finding.ts";

/**
 * Reports Node.js imports and globals that the small engine does not have. Nothing is reported if
 * package.json declares that the build needs Node.js.
 */
export async function engineFindings(module: SourceModule, { engine }: Checks): Promise<readonly Finding[]> {
  const { content, id, dir, kind } = module;
  if (!engine || content.kind !== "typescript" || content.runtime === "node") return [];
  const { byId } = await engineLacks([{ id, entry: content.entry }], { cwd: dir });
  return (byId.get(id) ?? []).map((lack) => runtimeImport(lack, dir, join(dir, `${kind}.toml`)));
}

/**
 * Creates the finding for an import that the engine lacks. For a file of an npm package, the
 * position is the first line of the descriptor, because a buildpack's author cannot add a comment
 * to that file.
 */
function runtimeImport(lack: Lack, dir: string, descriptor: string): Finding {
  const [, file = "", line, column] = /^(.*):(\d+):(\d+)$/.exec(lack.position) ?? [];
  const isOwn = file !== "" && !file.includes("node_modules/");
  const what = describeLack({ ...lack, position: "" }).trim();
  return {
    rule: "runtime-import",
    severity: "warning",
    file: isOwn ? resolve(dir, file) : descriptor,
    line: isOwn ? Number(line) : 1,
    column: isOwn ? Number(column) : 1,
    message: `${isOwn ? "" : `${file} `}${what}, which the small engine lacks`,
    edits: [],
  };
}
