import type { Issue } from "../spec/standard-schema.ts";

/** An issue without anything of the value: what was expected, if the message is one of ours. */
export function withoutSecret({ message }: Issue): Issue {
  const expected = /^(expected .*?), got /s.exec(message)?.[1];
  const isOurs = message.startsWith("is not set") || message === "is missing";
  return { path: "", message: expected ?? (isOurs ? message : "is not in the expected form") };
}
