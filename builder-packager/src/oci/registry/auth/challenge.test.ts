import { expect, test } from "vitest";
import { type Challenge, parseChallenges } from "./challenge.ts";

test.for<[string, Challenge[]]>([
  ['Basic realm="Registry"', [{ scheme: "basic", parameters: { realm: "Registry" } }]],
  [
    'Bearer realm="https://auth.example/token?a=b,c",service="registry.example",scope="repository:a/b:pull,push"',
    [
      {
        scheme: "bearer",
        parameters: {
          realm: "https://auth.example/token?a=b,c",
          service: "registry.example",
          scope: "repository:a/b:pull,push",
        },
      },
    ],
  ],
  ["BEARER Realm=x , Service = y", [{ scheme: "bearer", parameters: { realm: "x", service: "y" } }]],
  [
    'Basic realm="a \\"b\\"", Bearer realm="c"',
    [
      { scheme: "basic", parameters: { realm: 'a "b"' } },
      { scheme: "bearer", parameters: { realm: "c" } },
    ],
  ],
  [
    'Negotiate, Basic realm="x"',
    [
      { scheme: "negotiate", parameters: {} },
      { scheme: "basic", parameters: { realm: "x" } },
    ],
  ],
])("the WWW-Authenticate header %j is parsed as the challenges %j", ([header, challenges]) => {
  expect(parseChallenges(header)).toEqual(challenges);
});

test.for(["", 'realm="no scheme"'])("the WWW-Authenticate header %j contains no challenge", (header) => {
  expect(parseChallenges(header)).toEqual([]);
});
