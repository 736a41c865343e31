const thrown = new WeakSet<object>();

/** Runs what the author of a buildpack wrote: an unexpected error that comes out is the author's, not ours. */
export async function callAuthor<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ofAuthor(error);
  }
}

/** Remembers of an error that it came out of the author's code. */
export function ofAuthor(error: unknown): unknown {
  if (isObject(error)) thrown.add(error);
  return error;
}

/** Whether an error came out of the author's code: the framework throws nothing but objects. */
export const isOfAuthor = (error: unknown): boolean => !isObject(error) || thrown.has(error);

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";
