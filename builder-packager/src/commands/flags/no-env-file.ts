import { Option } from "commander";
import { CnbError } from "../../errors.ts";

/**
 * The option that Docker and pack have, and cnb must not have: Node.js itself searches the whole
 * command line up to `--`, even after the script's name, for `--env-file` (and
 * `--env-file-if-exists`), and obeys NODE_OPTIONS in that file. A file with an app's variables
 * would thus run code on this machine before cnb starts.
 *
 * The first lines of bin/cnb.js hide our arguments from Node.js. `node bin/cnb.js` and package managers that start it so
 * cannot be helped, since the file was obeyed before we run: so nobody is led to write the option.
 */
export const noEnvFile = (): Option =>
  new Option("--env-file <file>")
    .argParser((file) => {
      throw new CnbError(
        "ARGUMENT_INVALID",
        "--env-file is not an option of cnb, because Node.js would interpret it itself",
        {
          hint: `Write --env-from ${file}.`,
        },
      );
    })
    .hideHelp();
