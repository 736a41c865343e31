import { Option } from "commander";
import { CnbError } from "../../errors.ts";

/**
 * Creates the option `--env-file`, which Docker and pack have and cnb must refuse. Node.js itself
 * searches the whole command line up to `--`, even after the script's name, for `--env-file` (and
 * `--env-file-if-exists`), and obeys NODE_OPTIONS in that file. A file with an app's environment
 * variables would thus run code on this machine before cnb starts.
 *
 * The first lines of bin/cnb.js hide cnb's arguments from Node.js. That does not help for
 * `node bin/cnb.js`, or for package managers that start cnb this way, because Node.js has then read
 * the file before cnb runs. Therefore cnb reports an error that names the option to use instead.
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
