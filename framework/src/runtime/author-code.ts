const thrown = new WeakSet<object>();

/**
 * Runs the code of a buildpack's author. If the code throws an unexpected error, the error is
 * attributed to the author instead of the framework.
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

/**
 * True if the author's code threw the error. A value that is not an object always comes from the
 * author, because the framework only throws objects.
 */
export const isOfAuthor = (error: unknown): boolean => !isObject(error) || thrown.has(error);

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";
