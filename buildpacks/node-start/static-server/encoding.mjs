import { fileInside } from "./find-file.mjs";

/** Compressed files that a build has put beside others, the smallest first. */
const codings = [
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
];

/** The file to send: the one itself, or a compressed one beside it that the client takes. */
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
      // trimmed part by part: an expression with the blanks takes long of a header that is full of them
      const [name, ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
      const q = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, q === undefined ? 1 : Number(q.slice(2)) || 0];
    }),
  );
