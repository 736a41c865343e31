import type { themes } from "./svg.ts";

/** The README's pictures by theme. */
export const pictures: Readonly<Record<keyof typeof themes, string>> = {
  dark: "docs/images/build-dark.svg",
  light: "docs/images/build-light.svg",
};

export const recordedApp = "test/fixtures/apps/express-service";

const build = "cnb build oci:image --path my-app --builder oci:builder";
export const recordedCommands: readonly string[] = [build, `${build}   # nothing has changed`];

const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** The text of a picture, line by line. A line that was too long for the screen ends with an ellipsis. */
export const textOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text y=[^>]*>(.*)<\/text>/g)].map(([, line = ""]) =>
    line.replaceAll(/<[^>]*>/g, "").replaceAll(/&\w+;/g, (entity) => entities[entity] ?? entity),
  );
