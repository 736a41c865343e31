import { UserError } from "libcnb";
import type { Project } from "../project.ts";
import { matching } from "./matching.ts";
import { distributionsIn, type Script } from "./scripts.ts";

/**
 * The only script of a distribution in a directory; `undefined` if there is none.
 *
 * @throws UserError JAVA_SCRIPTS_SEVERAL
 */
export const onlyScript = async (
  { app }: Pick<Project, "app">,
  dir: string,
  names: readonly string[],
): Promise<Script | undefined> => one(await distributionsIn(app, dir, names));

function one(scripts: readonly Script[]): Script | undefined {
  const [first, ...others] = scripts;
  if (others.length === 0) return first;
  const names = scripts.map(({ file }) => file);
  throw new UserError("JAVA_SCRIPTS_SEVERAL", `the app has ${names.length} start scripts: ${names.join(", ")}`, {
    hint: `Choose one, for example BP_APPLICATION_SCRIPT=${names[0]}.`,
  });
}

/**
 * The script in BP_APPLICATION_SCRIPT.
 *
 * @throws UserError JAVA_SCRIPT_MISSING, JAVA_SCRIPTS_SEVERAL
 */
export async function scriptNamed({ app, dir }: Project, pattern: string): Promise<Script> {
  const files = (await matching(app, dir, pattern)).filter((file) => !/\.(bat|cmd)$/i.test(file));
  const found = one(await Promise.all(files.map((file) => scriptOf(app, file))));
  if (found !== undefined) return found;
  throw new UserError("JAVA_SCRIPT_MISSING", `BP_APPLICATION_SCRIPT is "${pattern}": the app has no such file`, {
    hint: "Set it to the path of a script, relative to the project, such as bin/shop; * matches any part of a name.",
  });
}

const scriptOf = async (app: Project["app"], file: string): Promise<Script> => {
  const [bin, ...above] = file.split("/").slice(0, -1).reverse();
  return { file, home: bin === "bin" ? above.reverse().join("/") : "", text: await app.readText(file) };
};
