import { digestOfText } from "@libcnb/app-kit/digests";
import { withSignalsScript, writeWithSignals } from "@libcnb/app-kit/start/with-signals";
import { defaultTo, type Layers, launchLayer, override, string, table } from "libcnb";
import { processEnvs } from "./processes.ts";
import type { Starts } from "./start.ts";

const startLayer = launchLayer("start", { metadata: table({ digest: string }) });

/**
 * Adds the files that processes need to the image: the signal forwarder, their variables, and a
 * default port.
 */
export async function provideStart(layers: Layers, starts: Starts): Promise<void> {
  const process = Object.entries(processEnvs(starts)).map(([type, env]) => [
    type,
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, override(value)])),
  ]);
  await layers.provide(startLayer, {
    metadata: { digest: digestOfText(withSignalsScript) },
    create: ({ path }) => writeWithSignals(path),
    env: () => ({ launch: { PORT: defaultTo("8080") }, process: Object.fromEntries(process) }),
  });
}
