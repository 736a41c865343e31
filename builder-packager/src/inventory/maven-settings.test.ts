import { expect, test } from "vitest";
import { centralMirror, centralRepository } from "./maven-settings.ts";

const mirror = (of: string, url = "https://mirror.test/maven", more = "") =>
  `<mirror><id>m</id><mirrorOf> ${of} </mirrorOf><url> ${url} </url>${more}</mirror>`;
const settings = (...mirrors: readonly string[]) => `<settings><mirrors>${mirrors.join("\n")}</mirrors></settings>`;

test.for<[string, string, string | undefined]>([
  ["a mirror of central", settings(mirror("central")), "https://mirror.test/maven"],
  ["a mirror of all repositories", settings(mirror("*")), "https://mirror.test/maven"],
  ["a mirror of external ones", settings(mirror("external:*, !snapshots")), "https://mirror.test/maven"],
  ["the first of two mirrors", settings(mirror("*", "https://a.test"), mirror("central")), "https://a.test"],
  ["an environment variable", settings(mirror("*", `https://$${"{env.HOST}"}/m`)), "https://host.test/m"],
  ["no mirror of other repositories", settings(mirror("spring,company")), undefined],
  ["no mirror that excludes central", settings(mirror("*,!central")), undefined],
  ["no blocked mirror", settings(mirror("*", "http://0.0.0.0", "<blocked>true</blocked>")), undefined],
  ["no mirror in a comment", settings(`<!-- ${mirror("central")} -->`), undefined],
  ["no mirror in a file without XML", "mirrors", undefined],
])("the URL of Maven's central repository in settings.xml comes from %s", ([, text, expected]) => {
  expect(centralMirror(text, { HOST: "host.test" })).toBe(expected);
});

test("the URL of Maven's central repository comes from the super POM if no mirror is declared", () => {
  const repository = (id: string, url: string) => `<repository><id>${id}</id><url>${url}</url></repository>`;
  const pom = `<project><repositories>${repository("other", "https://a.test")}${repository("central", "https://b.test")}</repositories></project>`;
  expect(centralRepository(pom)).toBe("https://b.test");
  expect(centralRepository("<project/>")).toBeUndefined();
});
