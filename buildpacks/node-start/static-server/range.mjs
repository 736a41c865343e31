/** Returns the requested range of a file, with both ends included; `undefined` for the whole file. */
export function rangeOf(request, response, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.range ?? "") ?? [];
  if (first === undefined || (first === "" && last === "") || !isSame(request["if-range"], response)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return start > end ? "unsatisfiable" : { start, end };
}

/** True if If-Range names the current contents: a range of other contents would not fit the client's ranges. */
const isSame = (condition, response) =>
  condition === undefined || condition === response.etag || condition === response["last-modified"];
