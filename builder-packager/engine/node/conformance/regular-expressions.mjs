import { readText, writeText } from "engine:fs";
import { argv, interrupts } from "engine:process";

/*
 * `cnb-engine run` counts the steps of regular expressions on growing texts, in ten thousands. The arguments are a JSON file with
 * the expressions and their texts, and the file for the result: for each expression the text whose steps grow faster than its
 * length. Time is not measured, so that each run gives the same result.
 */

const [work, result] = argv.slice(-2);

function steps(expression, text) {
  expression.lastIndex = 0;
  const before = interrupts();
  expression.test(text);
  return interrupts() - before;
}

/** The growth if four times the text takes more than eight times the steps. */
function growthOf(expression, [prefix, pump, suffix]) {
  const stepsAt = (count) => steps(expression, prefix + pump.repeat(count) + suffix);
  // 2 ** 18 steps are 26: these are few enough to wait for
  if (stepsAt(18) > 10) {
    return "exponential";
  }
  const few = stepsAt(400);
  // for the next text, more of them would take minutes
  if (few > 600) {
    return "polynomial";
  }
  // none: fewer than ten thousand, which is little for the square of 400
  return few > 0 && stepsAt(1600) > 8 * Math.max(few, 3) ? "polynomial" : undefined;
}

const found = JSON.parse(readText(work)).map(({ source, flags, attacks }) => {
  const expression = new RegExp(source, flags);
  for (const attack of attacks) {
    const growth = growthOf(expression, attack);
    if (growth !== undefined) {
      return { growth, attack };
    }
  }
  return null;
});
writeText(result, JSON.stringify(found), 0o1101, 0o644);
