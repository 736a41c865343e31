import { fileInside } from "./find-file.mjs";

/** The extensions of compressed files that a build can write next to a file, the smallest format first. */
const codings = [
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
];

/** Returns the file to send: a compressed file next to the requested one if the client accepts its encoding, or the file itself. */
export async function chooseEncoding(root, found, accepted = "") {
  const weights = weightsOf(accepted);
  for (const [coding, extension] of codings) {
    if (!(weights.get(coding) ?? weights.get("*") ?? 0)) continue;
    const chosen = await fileInside(root, found.path + extension);
    if (chosen !== undefined) return { coding, chosen };
  }
  return { coding: undefined, chosen: found };
}

const weightsOf = (accepted) =>
  new Map(
    accepted.split(",").map((each) => {
      // Each part is trimmed separately: an expression that matches the blanks would be slow for a header full of blanks.
      const [name, ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, q === undefined ? 1 : Number(q.slice(2)) || 0];
    }),
  );
