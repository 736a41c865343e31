import { inDir } from "@libcnb/app-kit/folders";
import { decode, optional, string, table } from "libcnb";
import type { Project } from "../project-facts.ts";
import type { Output } from "./output.ts";

const settings = table({ root: optional(string), entryFile: optional(string) });

const program = (file: string): Output => ({ file, run: ["node", file] });

/**
 * The output of `nest build`. If nest-cli.json has several projects, the output of the default one.
 */
export async function nestOutputs({ app, dirs }: Project): Promise<readonly Output[]> {
  const file = inDir(dirs.dir, "nest-cli.json");
  const decoding = decode(settings, (await app.exists(file)) ? await app.readJson(file) : {});
  const { root = "", entryFile = "main" } = decoding.issues === undefined ? decoding.value : {};
  const folders = root === "" ? ["dist", "dist/src"] : [`dist/${root}`, "dist", "dist/src"];
  return folders.map((folder) => program(`${folder}/${entryFile}.js`));
}
