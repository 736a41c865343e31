import type { Command } from "commander";

interface CommandModule {
  register(program: Command): void;
}

/** Every command by its words. */
const table = new Map<string, () => Promise<CommandModule>>(
  Object.entries({
    build: () => import("./build.ts"),
    run: () => import("./run.ts"),
    rebase: () => import("./rebase.ts"),
    inspect: () => import("./inspect.ts"),
    "buildpack package": () => import("./buildpack-package.ts"),
    "buildpack new": () => import("./buildpack-new.ts"),
    "buildpack inspect": () => import("./buildpack-inspect.ts"),
    "extension package": () => import("./extension-package.ts"),
    "extension new": () => import("./extension-new.ts"),
    "extension inspect": () => import("./extension-inspect.ts"),
    "builder create": () => import("./builder-create.ts"),
    "builder inspect": () => import("./builder-inspect.ts"),
    "sbom download": () => import("./sbom-download.ts"),
    "base create": () => import("./base-create.ts"),
    cache: () => import("./cache.ts"),
    doctor: () => import("./doctor.ts"),
  }),
);

/**
 * The module of the command that the arguments name; all modules for help and for an unknown
 * command, because loading all takes longer than the shortest commands.
 *
 * @example `await commandsFor(["-q", "builder", "create", "oci:builder"]) // that of builder create`
 */
export function commandsFor(argv: readonly string[]): Promise<readonly CommandModule[]> {
  const [first = "", second = ""] = argv.filter((argument) => !argument.startsWith("-"));
  const named = table.get(`${first} ${second}`) ?? table.get(first);
  return Promise.all((named ? [named] : [...table.values()]).map((load) => load()));
}
