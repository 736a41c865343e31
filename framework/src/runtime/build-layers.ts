import type { Env } from "../env/apply.ts";
import { composeBuildEnv } from "../env/compose.ts";
import { type Overlay, withOverlay, withoutOverlay } from "../env/overlay.ts";
import { restoredLayers } from "../host/layer-directory.ts";
import { type OrderedLayer, orderConflicts } from "../layer/order.ts";
import { type LayerDecision, type LayersHost, provideLayers } from "../layer/provide.ts";
import { explainReason } from "../layer/reason.ts";
import type { Layers } from "../layer/recipe.ts";
import type { Logger } from "../logger/logger.ts";
import { layerEffects } from "./results/effects.ts";

/** The `layers` of a build, with a method to call at the end of the build. */
export interface BuildLayers extends Layers {
  /**
   * Removes restored layers that were not provided, and warns about layers ordered only by name.
   */
  finish(): Promise<void>;
}

/** The inputs from which the `layers` of a build are created. */
export interface BuildLayersInputs
  extends Pick<LayersHost, "layersDir" | "buildpackDir" | "compiledExecD" | "execEnv" | "emit"> {
  readonly log: Logger;
  /**
   * The environment, which is modified in place. The author's `env` and the environment of tools
   * include a build layer as soon as it is provided.
   */
  readonly env: Env;
  /**
   * The variables of the user and the operator, which the lifecycle applies after those of layers.
   */
  readonly overlay: Overlay;
}

/**
 * Creates the `layers` of a build. As layers are provided, `env` is updated, so that it is equal to
 * the environment that the lifecycle would compose from them.
 */
export async function buildLayers({ log, env, overlay, ...inputs }: BuildLayersInputs): Promise<BuildLayers> {
  const provided: OrderedLayer[] = [];
  const inherited = withoutOverlay(env, overlay);
  const { dropUntouched, ...layers } = provideLayers({
    ...inputs,
    restored: await restoredLayers(inputs.layersDir),
    onDecided: (decision) => logDecision(log, decision),
    onProvided(layer) {
      provided.push(layer);
      for (const line of layerEffects(layer)) log.debug(line);
      const forBuild = provided.filter(({ types }) => types.build);
      Object.assign(env, withOverlay(composeBuildEnv(forBuild, inherited.env), inherited.overlay));
    },
  });
  return {
    ...layers,
    async finish() {
      await dropUntouched();
      for (const conflict of orderConflicts(provided)) log.warn(conflict);
    },
  };
}

// A user who waits for a download wants to know why the last build's layer is not reused. Other decisions are only in the debug log.
function logDecision(log: Logger, { name, reason, quiet }: LayerDecision): void {
  const isNew = reason?.kind === "absent" || reason?.kind === "uncached";
  if (reason === undefined) log.debug(`Reusing layer ${name}`);
  else if (isNew || quiet) log.debug(`Creating layer ${name}: ${explainReason(reason)}`);
  else log.info(`Rebuilding layer ${name}: ${explainReason(reason)}`);
}
