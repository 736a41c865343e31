import type { Issue } from "../spec/schemas/standard-schema.ts";

/**
 * Removes the path and the invalid value from an issue about a secret. The new message only states
 * the expected form, if that is known, or that the value is missing.
 */
export function withoutSecret({ message }: Issue): Issue {
  const expected = /^(expected .*?), got /s.exec(message)?.[1];
  const isOurs = message.startsWith("is not set") || message === "is missing";
  return { path: "", message: expected ?? (isOurs ? message : "is not in the expected form") };
}
