import { dirname, join, parse, relative } from "node:path";
import { CnbError } from "../../errors.ts";
import { namesIn } from "../../files/file-name.ts";
import { readForeignFile } from "../../files/foreign-file.ts";
import { checkConfined } from "../../platform/confined.ts";

/** The source of an exec.d program in TypeScript. */
export interface ExecDSource {
  /** The name of the source file without its extension. */
  readonly name: string;
  readonly entry: string;
}

/**
 * Finds the exec.d programs of a TypeScript buildpack: the files in the directory `exec.d` next to
 * the buildpack's entry, without tests and declarations.
 *
 * @throws CnbError BUILDPACK_INVALID for an invalid program name, two files with the same name, or
 * a definition whose name differs from the name of its file
 */
export async function execDSources(
  entry: string,
  { dir, confinedTo }: { readonly dir: string; readonly confinedTo: string | undefined },
): Promise<readonly ExecDSource[]> {
  const folder = join(dirname(entry), "exec.d");
  const files = namesOf(folder).filter((name) => /(?<!\.d|\.test|\.spec)\.[cm]?[jt]s$/.test(name));
  const sources = files.map((file) => ({ name: parse(file).name, entry: join(folder, file) }));
  const problems = [
    ...sources.filter(({ name }) => !/^[A-Za-z][\w.-]*$/.test(name)).map((source) => unnamable(source, dir)),
    ...sources.filter(({ name }, index) => sources.findIndex((other) => other.name === name) < index).map(twice),
    ...(await Promise.all(sources.map((source) => misnamed(source, dir)))).flat(),
  ];
  if (problems.length > 0)
    throw new CnbError(
      "BUILDPACK_INVALID",
      `the exec.d programs of the buildpack in ${dir} are not valid:\n  ${problems.join("\n  ")}`,
      {
        hint: 'Name a file src/exec.d/NAME.ts, and write export default defineExecD("NAME", …) in it. Move other files out of exec.d.',
      },
    );
  for (const source of sources) await checkConfined(source.entry, { text: source.entry, where: dir, confinedTo });
  return sources;
}

function namesOf(folder: string): readonly string[] {
  try {
    return [...namesIn(folder)].sort();
  } catch {
    return [];
  }
}

const unnamable = ({ entry }: ExecDSource, dir: string): string =>
  `${relative(dir, entry)}: a name begins with a letter and has letters, digits, ., - and _`;

const twice = ({ name }: ExecDSource): string => `there are two files for the program ${JSON.stringify(name)}`;

const largestSource = 10 * 1024 * 1024;

/** A name that the source states as text. Any other is compared when the layer is made. */
async function misnamed({ name, entry }: ExecDSource, dir: string): Promise<string[]> {
  const text = (await readForeignFile(entry, largestSource))?.toString("utf8") ?? "";
  const call = /\bdefineExecD\(\s*(["'`])([^"'`$\\]*)\1/.exec(text);
  if (call === null || call[2] === name) return [];
  const before = text.slice(0, call.index + call[0].indexOf(call[1] ?? "")).split("\n");
  const location = `${relative(dir, entry)}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return [`${location}: the program is named ${JSON.stringify(call[2])}, but its file ${JSON.stringify(name)}`];
}
