import { type CommandModule, type CommandTable, modulesFor } from "../src/commands/tree/command-modules.ts";
import { nounOf } from "../src/commands/tree/noun.ts";
import { needsNode } from "./needs-node.ts";
import { type CommandOnNode, onNode } from "./on-node.ts";

/** The commands that the static program runs, by name, with the parent command first. */
export const ownCommands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  build: () => import("../src/commands/build.ts"),
  run: () => import("../src/commands/run.ts"),
  rebase: () => import("../src/commands/rebase.ts"),
  inspect: () => import("../src/commands/inspect.ts"),
  "builder create": () => import("../src/commands/builder-create.ts"),
  "builder inspect": () => import("../src/commands/builder-inspect.ts"),
  "sbom download": () => import("../src/commands/sbom-download.ts"),
  emit: () => import("../src/commands/emit/emit.ts"),
  copy: () => import("../src/commands/copy.ts"),
  verify: () => import("../src/commands/verify.ts"),
  check: () => import("../src/commands/policy/check.ts"),
  image: () => import("../src/commands/image.ts"),
  cache: () => import("../src/commands/cache.ts"),
  config: () => import("../src/commands/settings/config.ts"),
  schema: () => import("../src/commands/schema.ts"),
  completion: () => import("../src/commands/completion.ts"),
};

/** Registers a command that fails, and names the npm package that has the command. */
const refusing = ({ words, description }: CommandOnNode): CommandModule => ({
  register(program) {
    const [name = "", group] = words.split(" ").toReversed();
    const parent = group === undefined ? program : nounOf(program, group);
    parent
      .command(name)
      .description(`${description} (needs Node.js)`)
      // any arguments: no other error is to precede the one below
      .argument("[arguments...]")
      .allowUnknownOption()
      .action(() => {
        throw needsNode(`cnb ${words}`);
      });
  },
});

const table: CommandTable = new Map([
  ...Object.entries(ownCommands),
  ...onNode.map((each) => [each.words, () => Promise.resolve(refusing(each))] as const),
]);

/** Replaces the function of this name in `src/commands/table.ts`. */
export const commandsFor = (argv: readonly string[]): Promise<readonly CommandModule[]> => modulesFor(argv, table);
