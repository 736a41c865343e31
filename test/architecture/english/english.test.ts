import { expect, test } from "vitest";
import { docComments, pages, type Text, textsInSources } from "./english-texts.ts";
import { testNames } from "./test-names.ts";

/** Words of a private dialect, where the field has a term. */
const idioms = [
  /\banew\b/i,
  /\bhitherto\b/i,
  /\bwhom\b/i,
  /\bthereof\b/i,
  /\bheed(s|ed|ing)?\b/i,
  /\btold\b/i,
  /\btells?\b/i,
  /\bput upon\b/i,
  /\bgoes along\b/i,
  /\bunasked\b/i,
  /(?<!software )\bbills? of materials\b/i,
  /\b(has|have) not got\b/i,
  /\bnobody\b/i,
  /\bsomebody\b/i,
  /(?<!\b[Tt]here )\b(is|are) no (?!longer\b|more\b)[a-z]+/,
  /\bbeside\b/i,
  /\bof others\b/i,
];

/** A relative clause or a genitive in front of the subject. Questions may begin so. */
const opener = /^(What|Of|Who|Whose|Whom|Whether|Whoever|Whatever)\b[^?]*$/;

const findings = (texts: readonly Text[], patterns: readonly RegExp[]): readonly string[] =>
  texts
    .filter(({ text }) => patterns.some((pattern) => pattern.test(text.replace(/`[^`]*`/g, "``"))))
    .map(({ location, text }) => `${location}: ${text}`);

const guide = [
  "README.md",
  "docs/*.md",
  "docs/decisions/*.md",
  "{CHANGELOG,CODE_OF_CONDUCT,CONTRIBUTING,SECURITY}.md",
  "docs/{guide,tutorials,how-to,explanation,coming-from,reference,reference/buildpacks}/*.md",
  "{framework,builder-packager,templates,templates/*,buildpacks/*,test/bench}/README.md",
];

test("the guide and the READMEs of packages use the field's terms", () => {
  expect(findings(pages(...guide), idioms)).toEqual([]);
});

test("no sentence of the guide or of a package's README opens with a relative clause", () => {
  expect(findings(pages(...guide), [opener])).toEqual([]);
});

test("the help of cnb uses the field's terms", () => {
  expect(findings(textsInSources("builder-packager/src/commands/*.ts"), [...idioms, opener])).toEqual([]);
});

test("the error catalogues use the field's terms", () => {
  const catalogues = textsInSources("builder-packager/src/errors.ts", "framework/src/errors.ts");
  expect(findings(catalogues, [...idioms, opener])).toEqual([]);
});

test("errors, hints and logs of the packager and the framework use the field's terms", () => {
  const texts = textsInSources("builder-packager/src/**/*.ts", "framework/src/**/*.ts");
  expect(findings(texts, [...idioms, opener])).toEqual([]);
});

test("errors, hints and logs of the reference buildpacks use the field's terms", () => {
  expect(findings(textsInSources("buildpacks/*/{src,inventory}/**/*.ts"), [...idioms, opener])).toEqual([]);
});

/** Titles begin in lower case, and questions do not occur in them. */
const titleOpener = /^(what|of|who|whose|whom|whether|whoever|whatever)\b/;

test("names of tests use the field's terms and start with their subject", () => {
  const names = testNames("{framework,builder-packager,buildpacks,templates,test}/**/*.test.ts");
  expect(findings(names, [...idioms, titleOpener])).toEqual([]);
});

test("doc comments of the framework use the field's terms and start with their subject", () => {
  expect(findings(docComments({}, "framework/src/**/*.ts"), [...idioms, opener])).toEqual([]);
});

test("doc comments of exported symbols start with their subject", () => {
  const comments = docComments(
    { isExported: true },
    "builder-packager/src/**/*.ts",
    "buildpacks/*/{src,inventory}/**/*.ts",
  );
  expect(findings(comments, [opener])).toEqual([]);
});
