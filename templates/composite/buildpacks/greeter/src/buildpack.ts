import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineBuildpack, explainReason, launchLayer, pass, s } from "libcnb";
import memory from "./exec.d/memory.ts";
import { greeter } from "./greeter.ts";

const program = launchLayer("greeter", { metadata: s.table({ greeting: s.string }) });

export default defineBuildpack({
  detect: () => pass({ provides: [greeter] }),

  async build({ layers, log, plan }) {
    const { greeting = "Hello" } = plan.first(greeter) ?? {};
    await layers.provide(program, {
      metadata: { greeting },
      async create({ path, reason }) {
        log.step(`Installing greet (${explainReason(reason)})`);
        // The lifecycle puts bin/ of a layer on the PATH.
        await mkdir(join(path, "bin"));
        await writeFile(join(path, "bin/greet"), script(greeting), { mode: 0o755 });
      },
      execD: () => ({ shared: { memory } }),
    });
  },
});

/** In single quotes a shell takes everything as it is but the quote itself. */
const script = (greeting: string): string =>
  `#!/bin/sh\necho '${greeting.replaceAll("'", "'\\''")},' "$@" \${GREETER_MEMORY:+"(in $GREETER_MEMORY MB)"}\n`;
