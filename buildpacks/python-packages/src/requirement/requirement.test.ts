import { expect, test } from "vitest";
import { parseRequirement, type Requirement } from "./requirement.ts";

const none = { extras: [], specifier: "", url: undefined, marker: undefined };

test.for<[string, Partial<Requirement> & { readonly name: string }]>([
  ["idna", { name: "idna" }],
  ["Typing_Extensions >= 4.10.0", { name: "typing-extensions", specifier: ">=4.10.0" }],
  ["charset_normalizer<4,>=2", { name: "charset-normalizer", specifier: "<4,>=2" }],
  ["idna (>=2.5, <4)", { name: "idna", specifier: ">=2.5,<4" }],
  ["idna ~= 2.5", { name: "idna", specifier: "~=2.5" }],
  ["uvicorn[standard]>=0.30", { name: "uvicorn", extras: ["standard"], specifier: ">=0.30" }],
  ["uvicorn [ Standard , no_such, standard ]", { name: "uvicorn", extras: ["standard", "no-such"] }],
  ["uvicorn[]", { name: "uvicorn" }],
  [
    "colorama; platform_system == 'Windows' and extra == 'a;b'",
    { name: "colorama", marker: "platform_system == 'Windows' and extra == 'a;b'" },
  ],
  ["tzdata ; (platform_system == 'Windows')", { name: "tzdata", marker: "(platform_system == 'Windows')" }],
  ["six @ https://archives.test/six.zip;v=1", { name: "six", url: "https://archives.test/six.zip;v=1" }],
  [
    "six@ git+https://git.test/six.git@1.0 ; python_version < '4'",
    { name: "six", url: "git+https://git.test/six.git@1.0", marker: "python_version < '4'" },
  ],
])("the requirement %j is parsed", ([text, expected]) => {
  expect(parseRequirement(text)).toEqual({ ...none, ...expected });
});

test.for([
  ["an empty line", ""],
  ["an option", "-r other.txt"],
  ["a path", "./folder"],
  ["a URL", "https://archives.test/six.zip"],
  ["a text of two words", "a b"],
  ["an extra alone", "[extra]"],
  ["a name with 50 000 dashes at its end", `${"a-".repeat(50_000)}`],
] as const)("%s is not parsed as a requirement", ([, text]) => {
  expect(parseRequirement(text)).toBeUndefined();
});
