// White space in Go: unlike in JavaScript, it includes U+0085 and excludes U+FEFF.
const space = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const leading = new RegExp(`^[${space}]+`, "u");
const trailing = new RegExp(`(?<![${space}])[${space}]+$`, "u");
const one = new RegExp(`^[${space}]`, "u");

export const trimStart = (text: string): string => text.replace(leading, "");
export const trim = (text: string): string => trimStart(text).replace(trailing, "");
export const startsWithSpace = (text: string): boolean => one.test(text);
