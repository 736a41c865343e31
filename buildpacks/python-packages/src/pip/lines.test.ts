import { describe, expect, test } from "vitest";
import { isPinned, type Line, localPath, requirementLines } from "./lines.ts";

const requirement = (text: string, isEditable = false): Line => ({ kind: "requirement", text, isEditable });

describe("the lines of a requirements file", () => {
  test.for<[string, string, readonly Line[]]>([
    ["are an empty list if the file is empty", "", []],
    [
      "are parsed without blank lines, comments and a byte order mark",
      "\uFEFF# all\r\n\r\n  flask==3.0 # web\n",
      [requirement("flask==3.0")],
    ],
    [
      "keep the fragment of a URL, which is not a comment",
      "git+https://example.com/a.git#egg=a",
      [requirement("git+https://example.com/a.git#egg=a")],
    ],
    [
      "are joined if the first one ends with a backslash",
      "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb",
      [requirement("a==1     --hash=sha256:00     --hash=sha256:11"), requirement("b")],
    ],
    ["are not joined across a comment", "a==1 \\\n# --hash=sha256:00\nb", [requirement("a==1"), requirement("b")]],
    ["can end with a backslash at the end of the file", "a \\", [requirement("a")]],
    [
      "can include other requirements files and constraints files",
      "-r base.txt\n--requirement=a/b.txt\n-rother.txt\n-c pins.txt\n--constraint 'with blank.txt'",
      [
        { kind: "include", path: "base.txt", isConstraint: false },
        { kind: "include", path: "a/b.txt", isConstraint: false },
        { kind: "include", path: "other.txt", isConstraint: false },
        { kind: "include", path: "pins.txt", isConstraint: true },
        { kind: "include", path: "with blank.txt", isConstraint: true },
      ],
    ],
    [
      "end at each line separator of Python's splitlines",
      "a==1\u2028b==2\fc==3\vd==4\x85e==5 #\u2029-e f/",
      [...["a==1", "b==2", "c==3", "d==4", "e==5"].map((text) => requirement(text)), requirement("f/", true)],
    ],
    [
      "can be editable requirements",
      "-e .\n--editable=./lib[x]",
      [requirement(".", true), requirement("./lib[x]", true)],
    ],
    [
      "can be options",
      "--extra-index-url https://example.com\n--require-hashes",
      [
        { kind: "option", text: "--extra-index-url https://example.com" },
        { kind: "option", text: "--require-hashes" },
      ],
    ],
  ])("%s", ([, text, expected]) => expect(requirementLines(text)).toEqual(expected));
});

describe("the line of a requirements file", () => {
  test.for([
    "flask",
    "flask[async]==3.0 ; python_version < '4'",
    "git+https://example.com/a.git@main",
    "a @ https://example.com/a-1.0-py3-none-any.whl",
  ])("such as %j names no local path", (text) => expect(localPath(text)).toBe(undefined));

  test.for<[string, string]>([
    [".", "."],
    [".[dev,test]", "."],
    ["./lib", "./lib"],
    ["./lib[x] ; python_version > '3'", "./lib"],
    ["../lib", "../lib"],
    ["packages/lib", "packages/lib"],
    ["/srv/lib", "/srv/lib"],
    ["a-1.0-py3-none-any.whl", "a-1.0-py3-none-any.whl"],
    ["wheels/a-1.0.tar.gz --hash=sha256:00", "wheels/a-1.0.tar.gz"],
    ["a @ ./lib", "./lib"],
    ["a[x] @ file:lib", "lib"],
    ["file:///srv/with%20blank", "/srv/with blank"],
    ["file://localhost/srv/lib", "/srv/lib"],
    ["file:./100%/a", "./100%/a"],
    ["./a]b[x]", "./a]b"],
    ["./a  [x] --hash=sha256:00", "./a"],
  ])("such as %j names the local path %j", ([text, path]) => expect(localPath(text)).toBe(path));
});

describe("the check whether a requirement allows exactly one version", () => {
  test.for<[string, boolean]>([
    ["a==1.0", true],
    ["a[x] == 1.0 ; python_version < '4'", true],
    ["a===1.0", true],
    ["a", false],
    ["a>=1", false],
    ["a==1.*", false],
    ["a~=1.0", false],
    ["a!=1.0", false],
    ["a<2 ; python_version == '3.12'", false],
    ["a @ https://example.com/a.whl", true],
    ["git+https://example.com/a.git", true],
    ["a>=1 --hash=sha256:00", true],
    ["./a-1.0-py3-none-any.whl", true],
    ["a==", false],
    ["a>=1,==1.2", true],
  ])('(here "%s") returns %s', ([text, expected]) => expect(isPinned(text)).toBe(expected));
});

test.for(["a", " ", "\t", "-r ", " #", "[", "a[", "==a", "@", " ;", "--", "\u2028", "%"])(
  "a requirements line with %j repeated 100 000 times is parsed in linear time",
  (part) => {
    const long = part.repeat(100_000);
    expect(requirementLines(`-e b${long}x`)[0]).toMatchObject({ kind: "requirement", isEditable: true });
    expect([isPinned(`a @ ${long}*`), isPinned(`b${long}*`)]).toEqual([true, false]);
  },
);
