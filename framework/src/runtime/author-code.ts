const thrown = new WeakSet<object>();

/**
 * Runs the code of a buildpack's author: an unexpected error thrown there is the author's, not the
 * framework's.
 */
export async function callAuthor<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ofAuthor(error);
  }
}

/** Marks an error as thrown by the author's code. */
export function ofAuthor(error: unknown): unknown {
  if (isObject(error)) thrown.add(error);
  return error;
}

/** True if an error came out of the author's code: the framework throws nothing but objects. */
export const isOfAuthor = (error: unknown): boolean => !isObject(error) || thrown.has(error);

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";
