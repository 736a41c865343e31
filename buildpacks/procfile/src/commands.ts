import { type App, type Bindings, type Config, s } from "libcnb";
import { type Procfile, parseProcfile, readProcfile } from "libcnb/kit";

/** The user's settings, which are declared in buildpack.toml. */
export const settings = {
  BP_DIRECT_PROCESS: s.boolean,
  BP_PROCFILE_DEFAULT_PROCESS: s.optional(s.string),
};

export type Settings = Config<typeof settings>;

/** A command, its process type, and the source that defines it. */
export interface Command {
  readonly type: string;
  readonly line: string;
  readonly source: string;
}

/** The commands of the app, by process type. */
export interface Commands {
  readonly commands: ReadonlyMap<string, Command>;
  readonly warnings: readonly string[];
}

/**
 * Reads the command of each process type from the Procfile of a binding, the app's Procfile, or the
 * variable BP_PROCFILE_DEFAULT_PROCESS, in this order of precedence, as in Paketo's buildpack.
 */
export async function readCommands(context: {
  readonly app: App;
  readonly bindings: Bindings;
  readonly config: Settings;
}): Promise<Commands> {
  const [binding, app] = await Promise.all([ofBinding(context.bindings), readProcfile(context.app, "")]);
  const web = context.config.BP_PROCFILE_DEFAULT_PROCESS;
  const all = [
    ...commandsOf({ commands: web === undefined ? {} : { web } }, "BP_PROCFILE_DEFAULT_PROCESS"),
    ...commandsOf(app, ({ type }) => `${type} in Procfile`),
    ...commandsOf(binding?.procfile, ({ type }) => `${type} in the Procfile of the binding ${binding?.name}`),
  ];
  return {
    commands: new Map(all.map((command) => [command.type, command])),
    warnings: [...(app?.warnings ?? []), ...(binding?.procfile.warnings ?? [])],
  };
}

type ProcfileCommands = Pick<Procfile, "commands"> | undefined;

const commandsOf = (
  procfile: ProcfileCommands,
  source: string | ((command: { readonly type: string }) => string),
): readonly Command[] =>
  Object.entries(procfile?.commands ?? {}).map(([type, line]) => ({
    type,
    line,
    source: typeof source === "string" ? source : source({ type }),
  }));

/**
 * Returns the Procfile in a binding of the type `Procfile`, as Paketo's buildpack does. The binding
 * has an entry of the same name.
 */
async function ofBinding(bindings: Bindings) {
  const binding = await bindings.find({ type: "Procfile" });
  return binding && { name: binding.name, procfile: parseProcfile(binding.text("Procfile")) };
}
