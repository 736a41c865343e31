import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseBuilderToml } from "../../builder-packager/src/builder/toml/builder-toml.ts";
import { root } from "../support/cnb.ts";

const read = (page: string): string => readFileSync(join(root, page), "utf8");

test.each(["README.md", "docs/tutorials/builder.md", "buildpacks/base.toml"])(
  "the base images in %s are those of the reference builder",
  (page) => {
    const { buildImage, runImages } = parseBuilderToml(read("buildpacks/builder.toml"), "builder.toml");
    const used = [buildImage, ...runImages.map(({ image }) => image)].map(
      (image) => `oci:${relative(root, resolve(root, "buildpacks", image.slice("oci:".length)))}`,
    );
    const [, made] = /base create (\S+) --config buildpacks\/base\.toml/.exec(read(page)) ?? [];
    expect(used).toEqual([`${made}-build`, `${made}-run`]);
  },
);
