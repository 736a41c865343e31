import { diagrams } from "./diagrams.ts";
import { svgOf } from "./svg.ts";

/** The files of docs/diagrams, by their path in the repository. */
export const diagramFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(diagrams).map(([name, diagram]) => [`docs/diagrams/${name}.svg`, svgOf(diagram)]));
