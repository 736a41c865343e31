import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { type BuildFailure, build, type Metafile, type Plugin } from "esbuild";
import type { CnbError } from "../../errors.ts";
import { mistakes, type Naming } from "./compile-messages.ts";
import { type EntryModule, type ExecDModule, notAFile } from "./entry-source.ts";

/** Matches a URL with a scheme. Other imports were resolved, or the bundler has reported them. */
const address = /^(?!data:)[a-z][a-z0-9+.-]*:/;

/**
 * Refuses imports that the bundler left unresolved, such as `node:fss` and `https://…`. They would
 * fail at run time, where only modules of Node.js exist.
 *
 * @throws CnbError COMPILE_FAILED
 */
export function checkImports({ inputs }: Metafile, naming: Naming): void {
  const lines = Object.entries(inputs).flatMap(([file, { imports }]) => {
    const missing = imports.filter(({ path, external }) => external && address.test(path) && !isBuiltin(path));
    return notAFile.test(file) ? [] : missing.map(({ path }) => describe(file, path, naming));
  });
  if (lines.length > 0)
    throw mistakes(lines, "Import modules of Node.js, installed packages or files of the buildpack.");
}

function describe(file: string, specifier: string, { dir, cwd }: Naming): string {
  const path = resolve(dir, file);
  const rows = readFileSync(path, "utf8").split("\n");
  const row = rows.findIndex((line) => line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`));
  const position = row < 0 ? "" : `:${row + 1}:${rows[row]?.indexOf(specifier) ?? 0}`;
  return `${relative(cwd, path)}${position}: there is no module ${JSON.stringify(specifier)}`;
}

/**
 * Checks that each entry has a default export. Without this check, a buildpack without a default
 * export would fail only in detect.
 *
 * @throws CnbError COMPILE_FAILED
 */
export async function checkDefaults(
  modules: readonly Pick<EntryModule, "entry">[],
  cwd: string,
  execD?: ExecDModule,
): Promise<void> {
  const imports = modules.map(({ entry }, index) => `import d${index} from ${JSON.stringify(entry)};`);
  const uses = `export default [${modules.map((_, index) => `d${index}`).join(", ")}];`;
  const contents = [...imports, uses].join("\n");
  const resolveDir = dirname(modules[0]?.entry ?? cwd);
  const failure = await build({ ...options, stdin: { contents, resolveDir } }).then(
    () => undefined,
    (error: BuildFailure) => error,
  );
  const without = modules.filter((_, index) =>
    failure?.errors.some(({ text, location }) => text.includes('for import "default"') && location?.line === index + 1),
  );
  if (without.length > 0) throw noDefault(without, cwd, execD);
}

const noDefault = (
  modules: readonly Pick<EntryModule, "entry">[],
  cwd: string,
  execD: ExecDModule | undefined,
): CnbError<"COMPILE_FAILED"> =>
  mistakes(
    modules.map(({ entry }) => `${relative(cwd, entry)}: the file has no default export`),
    execD === undefined
      ? "Write `export default defineBuildpack({ detect, build })`, or defineExtension for an extension."
      : `Write \`export default defineExecD("${execD.name}", …)\`, or move the file out of exec.d.`,
  );

/** Marks everything that the entries import as external, so that only the entries are read. */
const entriesOnly: Plugin = {
  name: "entries-only",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) =>
      importer === "<stdin>" ? undefined : { path, external: true },
    );
  },
};

const options = {
  bundle: true,
  write: false,
  logLevel: "silent",
  platform: "node",
  format: "esm",
  tsconfigRaw: {},
  plugins: [entriesOnly] as Plugin[],
} as const;
