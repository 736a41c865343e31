/** The part of a file that is asked for, both ends included; `undefined` for the whole of it. */
export function rangeOf(request, response, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.range ?? "") ?? [];
  if (first === undefined || (first === "" && last === "") || !isSame(request["if-range"], response)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return start > end ? "unsatisfiable" : { start, end };
}

/** A part is only of use with the other parts of the same file. */
const isSame = (condition, response) =>
  condition === undefined || condition === response.etag || condition === response["last-modified"];
