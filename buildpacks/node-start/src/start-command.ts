/** What the choice of a start command depends on. */
export interface StartSources {
  /** BP_LAUNCHPOINT: a file of the app. */
  readonly launchpoint: string | undefined;
  readonly scripts: Readonly<Record<string, string>>;
  /** `main` of package.json. */
  readonly main: string | undefined;
  /** Whether the app has, or may have after its build scripts ran, a file of this name. */
  readonly has: (file: string) => boolean;
}

/** A command and whose idea it was. */
export interface StartCommand {
  readonly command: readonly [string, ...string[]];
  readonly source: string;
  /** The file that node is told to run, as far as the command says. */
  readonly file?: string;
}

/** The file names that are tried when package.json says nothing, in this order. */
export const conventionalFiles: readonly string[] = ["server", "app", "main", "index"].flatMap((name) =>
  ["js", "cjs", "mjs"].map((extension) => `${name}.${extension}`),
);

/** Chooses what starts the app; `undefined` when nothing in it can be started. */
export function startCommand(sources: StartSources): StartCommand | undefined {
  if (sources.launchpoint !== undefined) return nodeFile(sources.launchpoint, "BP_LAUNCHPOINT");
  if (sources.scripts.start?.trim()) return scriptCommand(sources.scripts, sources.scripts.start);
  if (sources.main !== undefined && sources.has(sources.main)) return nodeFile(sources.main, "main in package.json");
  const file = conventionalFiles.find(sources.has);
  return file === undefined ? undefined : nodeFile(file, `the file name ${file}`);
}

const nodeFile = (file: string, source: string): StartCommand => ({ command: ["node", file], source, file });

/**
 * Runs `node …` directly when the script is plainly that: npm and the shell between the launcher and the app
 * cost memory and must pass on every signal. Anything with hooks or shell syntax stays with npm.
 */
function scriptCommand(scripts: StartSources["scripts"], start: string): StartCommand {
  const words = start.trim().split(/\s+/);
  const isPlain = words[0] === "node" && words.length > 1 && words.every((word) => /^[\w@%+=:,./-]+$/.test(word));
  const hasHooks = scripts.prestart !== undefined || scripts.poststart !== undefined;
  const source = "scripts.start in package.json";
  if (!isPlain || hasHooks) return { command: ["npm", "start"], source };
  const [file] = words.slice(1);
  const command: StartCommand["command"] = ["node", ...words.slice(1)];
  return file === undefined || file.startsWith("-") ? { command, source } : { command, source, file };
}
