import type { InspectedImage } from "./inspect.ts";

type Layers = Pick<InspectedImage, "buildpackLayers">;

/** Compares named layers of two images. The assertion passes if they are identical. */
export function reusesLayers(image: Layers, other: Layers, names: readonly string[]) {
  const wanted = names.length > 0 ? names : Object.keys(other.buildpackLayers);
  const [actual, expected] = [digests(image, wanted), digests(other, wanted)];
  const unknown = wanted.filter((name) => expected[name] === undefined);
  const changed = wanted.filter((name) => actual[name] !== expected[name]);
  const pass = wanted.length > 0 && unknown.length === 0 && changed.length === 0;
  return { pass, message: messageOf({ pass, wanted, unknown, changed }), actual, expected };
}

const digests = ({ buildpackLayers }: Layers, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(buildpackLayers, name) ? buildpackLayers[name] : undefined]),
  );

function messageOf({
  pass,
  wanted,
  unknown,
  changed,
}: Readonly<Record<"wanted" | "unknown" | "changed", readonly string[]>> & { readonly pass: boolean }): string {
  if (wanted.length === 0) return "the other image has no layers of buildpacks";
  if (unknown.length > 0) return `the other image has no layer ${unknown.join(", ")}`;
  return pass
    ? `expected the image not to reuse ${wanted.join(", ")}`
    : `expected the image to reuse ${wanted.join(", ")}\nthese layers differ: ${changed.join(", ")}`;
}
