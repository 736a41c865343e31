// The guide shows logs of builds: docs/guide/build-logs.md.

/** The log without versions, sizes, times and numbers: these change with releases and machines. */
export const comparable = (log: string): string =>
  log.replace(/ {2,}/g, " ").replace(/\d+(?:[.,]\d+)*(?:[+-][\w.]+)?(?: ?(?:ms|s|min|B|kB|MB|GB)\b)?/g, "0");

export const kinds = ["first", "unchanged", "failure"] as const;

/** Finds a log in the guide's page: what is before it, the log, what is after it. */
export const logInGuide = (language: string, kind: string): RegExp =>
  new RegExp(`(<!-- ${language}, ${kind} -->\n\`\`\`\n)([\\s\\S]*?)(\n\`\`\`)`);

/** The three logs of a language in the text of the guide's page. */
export const shownLogs = (text: string, language: string): readonly string[] =>
  kinds.map((kind) => logInGuide(language, kind).exec(text)?.[2] ?? "");
