import { expect, test } from "vitest";
import { type RequestedRelease, wantedOf } from "./requests.ts";

const lines = new Map([
  [24, "Krypton"],
  [22, "Jod"],
  [20, "Iron"],
]);
const range = (text: string): RequestedRelease => ({ range: text, newest: false });
const newest: RequestedRelease = { range: "*", newest: true };

const requests: readonly (readonly [string, RequestedRelease])[] = [
  ["22", range("22")],
  ["v22", range("v22")],
  [" >=20 <23 ", range(">=20 <23")],
  ["*", range("*")],
  ["lts", range("24.x")],
  ["lts/*", range("24.x")],
  ["lts-latest", range("24.x")],
  ["LTS/Krypton", range("24.x")],
  ["lts-jod", range("22.x")],
  ["lts/-1", range("22.x")],
  ["lts/-2", range("20.x")],
  ["lts/-0", range("24.x")],
  ["lts/argon", range("4.x")],
  ["lts/Fermium", range("14.x")],
  ["lts/", range("lts/")],
  ["node", newest],
  ["Stable", newest],
  ["latest", newest],
  ["current", newest],
  ["__proto__", range("__proto__")],
];
test.for(requests.map(([words, expected]) => ({ words, expected })))(
  "the requested Node.js version $words is read as the range $expected.range",
  ({ words, expected }) => {
    expect(wantedOf(words, lines)).toEqual(expected);
  },
);

test.for(["lts/-3", "lts/unknown"])("the requested Node.js version %j is not a known LTS line", (words) => {
  expect(wantedOf(words, lines)).toBeUndefined();
});
