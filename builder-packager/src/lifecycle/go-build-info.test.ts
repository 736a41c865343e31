import { expect, test } from "vitest";
import { goSboms, parseBuildInfo } from "./go-build-info.ts";

/** The output of `go version -m` for a program with a replaced module. */
const printed = [
  "work/lifecycle/launcher: go1.26.8",
  "\tpath\tgithub.com/buildpacks/lifecycle/cmd/launcher",
  "\tmod\tgithub.com/buildpacks/lifecycle\t(devel)\t",
  "\tdep\tgithub.com/BurntSushi/toml\tv1.5.0\th1:W5quZX/G/csjUnuI8SUYlsHs9M38FC7znL0lIO+DvMg=",
  "\tdep\tgithub.com/docker/docker\tv28.5.2+incompatible",
  "\tdep\texample.com/replaced\tv1.0.0",
  "\t=>\texample.com/fork\tv1.0.1\th1:CvCKL8MeisomCi6qNZ+wbb0DN9E5AATixKsvNtMoMFk=",
  "\tbuild\t-trimpath=true",
  "\tbuild\tGOOS=linux",
  "",
].join("\n");

test("the build information of a program lists its modules, with replacements", () =>
  expect(parseBuildInfo(printed)).toEqual({
    goVersion: "1.26.8",
    path: "github.com/buildpacks/lifecycle/cmd/launcher",
    main: "github.com/buildpacks/lifecycle",
    modules: [
      { path: "github.com/BurntSushi/toml", version: "v1.5.0" },
      { path: "github.com/docker/docker", version: "v28.5.2+incompatible" },
      { path: "example.com/fork", version: "v1.0.1" },
    ],
  }));

/** The components in the order of the SBOMs. */
const expected = [
  "pkg:golang/example.com/fork@v1.0.1",
  "pkg:golang/github.com/BurntSushi/toml@v1.5.0",
  "pkg:golang/github.com/buildpacks/lifecycle@v0.21.0",
  "pkg:golang/github.com/docker/docker@v28.5.2%2Bincompatible",
  "pkg:golang/stdlib@1.26.8",
];

test("the SBOMs of a Go program contain its main module, its dependencies and the standard library", async () => {
  const texts = await goSboms(parseBuildInfo(printed), "0.21.0");
  expect(Object.keys(texts).toSorted()).toEqual(["cdx.json", "spdx.json", "syft.json"]);
  const documents = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.parse(text)]));
  const { components, metadata } = documents["cdx.json"];
  expect(components.map(({ purl }: { purl: string }) => purl).toSorted()).toEqual(expected);
  expect(metadata.component).toMatchObject({ type: "application", name: "launcher", version: "0.21.0" });
  const spdx = JSON.stringify(documents["spdx.json"].packages);
  const syft = documents["syft.json"].artifacts.map(({ purl }: { purl: string }) => purl);
  for (const purl of expected) expect(spdx).toContain(`"${purl}"`);
  expect(syft).toEqual(expect.arrayContaining(expected));
});

test("the SBOMs of equal programs are equal", async () =>
  expect(await goSboms(parseBuildInfo(printed), "0.21.0")).toEqual(await goSboms(parseBuildInfo(printed), "0.21.0")));
