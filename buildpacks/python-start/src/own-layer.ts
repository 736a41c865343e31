import { digestOfText } from "@libcnb/app-kit/digests";
import { withSignalsScript, writeWithSignals } from "@libcnb/app-kit/start/with-signals";
import { defaultTo, type Layers, launchLayer, override, string, table } from "libcnb";
import { processEnvs } from "./processes.ts";
import type { Starts } from "./start.ts";

const startLayer = launchLayer("start", { metadata: table({ digest: string }) });

/** Puts what processes need beside the app into the image: what gives them signals, their variables, and a port for containers that get none. */
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
