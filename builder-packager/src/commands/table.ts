import { type CommandModule, type CommandTable, modulesFor } from "./tree/command-modules.ts";

/** Every command by its name, with the parent command first. */
const table: CommandTable = new Map(
  Object.entries({
    build: () => import("./build.ts"),
    run: () => import("./run.ts"),
    dev: () => import("./dev.ts"),
    rebase: () => import("./rebase.ts"),
    inspect: () => import("./inspect.ts"),
    "buildpack package": () => import("./modules/buildpack-package.ts"),
    "buildpack new": () => import("./modules/buildpack-new.ts"),
    "buildpack inspect": () => import("./modules/buildpack-inspect.ts"),
    "buildpack version": () => import("./modules/buildpack-version.ts"),
    "buildpack summarize": () => import("./modules/buildpack-summarize.ts"),
    "extension package": () => import("./modules/extension-package.ts"),
    "extension new": () => import("./modules/extension-new.ts"),
    "extension inspect": () => import("./modules/extension-inspect.ts"),
    "builder create": () => import("./builder-create.ts"),
    "builder inspect": () => import("./builder-inspect.ts"),
    "lifecycle create": () => import("./lifecycle-create.ts"),
    "sbom download": () => import("./sbom-download.ts"),
    emit: () => import("./emit/emit.ts"),
    copy: () => import("./copy.ts"),
    sign: () => import("./sign.ts"),
    attest: () => import("./attest.ts"),
    verify: () => import("./verify.ts"),
    check: () => import("./policy/check.ts"),
    image: () => import("./image.ts"),
    "base create": () => import("./base-create.ts"),
    cache: () => import("./cache.ts"),
    config: () => import("./settings/config.ts"),
    schema: () => import("./schema.ts"),
    lint: () => import("./modules/lint.ts"),
    inventory: () => import("./modules/inventory.ts"),
    doctor: () => import("./doctor.ts"),
    completion: () => import("./completion.ts"),
  }),
);

/**
 * Loads the module of the command that the arguments name, or the modules of all commands.
 *
 * @example
 * `await commandsFor(["-q", "builder", "create", "oci:builder"]) // [the module of builder create]`
 */
export const commandsFor = (argv: readonly string[]): Promise<readonly CommandModule[]> => modulesFor(argv, table);
