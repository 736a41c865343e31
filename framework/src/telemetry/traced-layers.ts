import type { Reuse } from "../layer/definition.ts";
import type { Layers, ProvidedLayer, SkippedLayer } from "../layer/recipe.ts";
import type { Span, Tracer } from "./tracer.ts";

/**
 * Wraps the `layers` of a build, so that a span is recorded for each layer that is provided. The
 * span contains the result and the reason.
 */
export function tracedLayers<Inputs extends Layers>(layers: Inputs, tracer: Tracer): Inputs {
  const provide: Layers["provide"] = (definition, recipe) => {
    const { name } = definition;
    return tracer.span(`layer ${name}`, { attributes: { "cnb.layer.name": name } }, async (span) => {
      const layer = await layers.provide(definition, recipe);
      describe(span, layer);
      return layer;
    });
  };
  return { ...layers, provide } as unknown as Inputs;
}

// The kind of the reason and not its words: values of metadata are the author's.
function describe(span: Span, layer: ProvidedLayer<Reuse, string> | SkippedLayer): void {
  span.set({ "cnb.layer.state": layer.state });
  if (layer.state === "created") span.set({ "cnb.layer.reason": layer.reason.kind });
}
