import fc from "fast-check";

// all that must be escaped, or that parts words, far more often than anywhere
const parts = "\" \\ ! * $x ` ' -XX:a=b ü 😀".split(" ");
const blanks = ["\n", "\t", "\r", "\v", "\f", " ", "\x01", "\x02", "\x7f"];

const texts = fc
  .array(fc.oneof(fc.constantFrom(...parts, ...blanks), fc.string({ unit: "binary" })))
  .map((all) => all.join("").replaceAll("\0", "").toWellFormed());

// the first and last of what is UTF-8, and what is next to them
const near =
  "c280 c1bf e0a080 e09fbf ed9fbf eda080 efbfbf f0908080 f08fbfbf f48fbfbf f4908080 80 c3 e282 f09f98 c3a941 41c3 ff";

const bytes = fc.oneof(
  fc.uint8Array({ min: 1, maxLength: 6 }),
  fc.constantFrom(...near.split(" ")).map((hex) => Uint8Array.from(Buffer.from(hex, "hex"))),
);

const checking =
  <Value>(value: fc.Arbitrary<Value>) =>
  (numRuns: number, check: (values: readonly Value[]) => Promise<void>): Promise<void> =>
    fc.assert(fc.asyncProperty(fc.array(value, { minLength: 40, maxLength: 60 }), check), { numRuns });

/** Checks texts without NUL, many at once and so many times: of characters that programs trip over. */
export const withTexts = checking(texts);

/** The same of bytes without NUL, many of which are nearly UTF-8. */
export const withBytes = checking(bytes);
