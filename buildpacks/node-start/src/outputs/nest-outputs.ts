import { inDir } from "@libcnb/app-kit/folders";
import { s } from "libcnb";
import type { Project } from "../project-facts.ts";
import type { Output } from "./output.ts";

const settings = s.table({ root: s.optional(s.string), entryFile: s.optional(s.string) });

const program = (file: string): Output => ({ file, run: ["node", file] });

/**
 * The output of `nest build`. If nest-cli.json has several projects, it is the output of the
 * default project.
 */
export async function nestOutputs({ app, dirs }: Project): Promise<readonly Output[]> {
  const file = inDir(dirs.dir, "nest-cli.json");
  const decoding = s.decode(settings, (await app.exists(file)) ? await app.readJson(file) : {});
  const { root = "", entryFile = "main" } = decoding.issues === undefined ? decoding.value : {};
  const folders = root === "" ? ["dist", "dist/src"] : [`dist/${root}`, "dist", "dist/src"];
  return folders.map((folder) => program(`${folder}/${entryFile}.js`));
}
