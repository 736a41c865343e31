import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { sdkmanRequests } from "../requests.ts";

test.for<[string, string | undefined, string | undefined, string | undefined]>([
  ["java=21.0.4-tem", "21.0.4", "temurin", "tem"],
  ["# Enable auto-env\njava = 17.0.12-librca\nmaven=3.9.9", "17.0.12", "liberica", "librca"],
  ["java=8.0.422.fx-zulu", "8.0.422", "zulu", "zulu"],
  ["java=25-open", "25", undefined, "open"],
  ["java=17.0.9-amzn", "17.0.9", undefined, "amzn"],
  ["java=21.0.2-graalce", "21.0.2", undefined, "graalce"],
  ["java=22.3.r17-grl", "17", undefined, "grl"],
  ["java=17", "17", undefined, undefined],
  ["java=current", "current", undefined, undefined],
  ["maven=3.9.9", undefined, undefined, undefined],
  ["", undefined, undefined, undefined],
])("the version and the distribution are read from the .sdkmanrc %j", async ([text, wanted, distribution, vendor]) => {
  let found: unknown;
  const reader = defineBuildpack({
    detect: () => pass(),
    async build({ app }) {
      found = await sdkmanRequests(app, "");
    },
  });
  await build(reader, { app: { ".sdkmanrc": text } });
  expect(found).toEqual([{ wanted, source: ".sdkmanrc", means: "line", distribution, vendor }]);
});
