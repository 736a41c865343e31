import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineBuildpack, explain, launchLayer, pass, string, table } from "libcnb";
import { greeter } from "./greeter.ts";

const program = launchLayer("greeter", { metadata: table({ greeting: string }) });

export default defineBuildpack({
  detect: () => pass({ provides: [greeter] }),

  async build({ layers, log, plan }) {
    const { greeting = "Hello" } = plan.first(greeter) ?? {};
    await layers.provide(program, {
      metadata: { greeting },
      async create({ path, reason }) {
        log.step(`Installing greet (${explain(reason)})`);
        // The lifecycle puts bin/ of a layer on the PATH.
        await mkdir(join(path, "bin"));
        await writeFile(join(path, "bin/greet"), script(greeting), { mode: 0o755 });
      },
    });
  },
});

/** In single quotes a shell takes everything as it is but the quote itself. */
const script = (greeting: string): string => `#!/bin/sh\necho '${greeting.replaceAll("'", "'\\''")},' "$@"\n`;
