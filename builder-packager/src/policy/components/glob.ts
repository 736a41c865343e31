/**
 * True if a text matches a pattern, in which `*` stands for any characters. The time is at most
 * proportional to the product of both lengths. This bound is necessary because the text comes from
 * an image, which may be hostile.
 *
 * @example `matchesGlob("libcnb/*", "libcnb/node-engine") // true`
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, next] = [0, 0];
  let [star, resume] = [-1, 0];
  while (at < text.length) {
    if (pattern[next] === "*") {
      star = next;
      resume = at;
      next += 1;
    } else if (next < pattern.length && pattern[next] === text[at]) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      next = star + 1;
    } else return false;
  }
  while (pattern[next] === "*") next += 1;
  return next === pattern.length;
}
