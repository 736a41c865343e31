import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { describeConformance } from "../package-manager.conformance.ts";
import { builder, expectLocking, outcomeOf } from "../test-cases.ts";
import { packageIndex } from "../test-index.ts";

const pipfile = (dependency: string): string => `[[source]]
name = "pypi"
url = "\${PIP_INDEX_URL}"
verify_ssl = true

[packages]
${dependency}

[dev-packages]
iniconfig = "==2.1.0"
`;

const lockfile = (digest: string, dependency: object, url = `\${PIP_INDEX_URL}`, name = "pypi"): string =>
  JSON.stringify({
    _meta: {
      hash: { sha256: digest },
      "pipfile-spec": 6,
      requires: {},
      sources: [{ name, url, verify_ssl: true }],
    },
    default: dependency,
    develop: {
      iniconfig: {
        hashes: ["sha256:9deba5723312380e77435581c6bf4935c94cbfab9b1ed33ef8d238ea168eb760"],
        index: name,
        markers: "python_version >= '3.8'",
        version: "==2.1.0",
      },
    },
  });

const itsdangerous = pipfile('itsdangerous = "==2.2.0"');

const simple = {
  Pipfile: itsdangerous,
  "Pipfile.lock": lockfile("7927dfd38da83307f740d33812edffe813567bbf64168bf2426dd1cf9e76e538", {
    itsdangerous: {
      hashes: ["sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef"],
      index: "pypi",
      markers: "python_version >= '3.8'",
      version: "==2.2.0",
    },
  }),
};

const env = { PIP_INDEX_URL: await packageIndex() };

describeConformance("Pipenv", {
  simple,
  changed: {
    Pipfile: pipfile('blinker = "==1.9.0"'),
    "Pipfile.lock": lockfile("3ae5ad336c7a2c32465a92feed7d4bfad70a56aaede457306215d410096912e2", {
      blinker: {
        hashes: ["sha256:ba0efaa9080b619ff2f3459d1d500c57bddea4a6b424b60a91141db6fd2f08bc"],
        index: "pypi",
        markers: "python_version >= '3.9'",
        version: "==1.9.0",
      },
    }),
  },
  change: "Pipfile changed, Pipfile.lock changed",
  credentials: { Pipfile: `${itsdangerous}# https://me:s3cret@packages.example.com/simple\n` },
  env,
});

test(
  "Pipenv installs categories, works without a lockfile, and refuses an outdated lockfile",
  {
    timeout: 600_000,
  },
  () =>
    expectLocking(env, {
      title: "Pipenv",
      app: simple,
      lockfile: "Pipfile.lock",
      manifest: "Pipfile",
      lock: "pipenv lock",
      open: pipfile('itsdangerous = "~=2.2.0"'),
      stale: pipfile('itsdangerous = ">=2"'),
    }),
);

/**
 * The digest of a Pipfile as Pipenv computes it: of its JSON in the order of names, with the index
 * of the locking machine.
 */
const digestOf = (name: string, url: string): string =>
  createHash("sha256")
    .update(
      JSON.stringify({
        _meta: { requires: {}, sources: [{ name, url, verify_ssl: true }] },
        default: { itsdangerous: "==2.2.0" },
        develop: { iniconfig: "==2.1.0" },
      }),
    )
    .digest("hex");

test.each([
  ["PIP_INDEX_URL", "pip_conf_index_:env:"],
  ["pip.conf", "pip_conf_index_global"],
  ["Pipenv's default index", "pypi"],
])(
  "Pipenv installs a Pipfile without indexes that was locked with %s",
  {
    timeout: 600_000,
  },
  async (_title, name) => {
    const { itsdangerous: one } = JSON.parse(simple["Pipfile.lock"]).default;
    const packages = { itsdangerous: { ...one, index: name } };
    const app = {
      Pipfile: itsdangerous.replace(/^\[\[source\]\]\n(?:.+\n)+\n/, ""),
      "Pipfile.lock": lockfile(digestOf(name, env.PIP_INDEX_URL), packages, env.PIP_INDEX_URL, name),
    };
    const built = await (await builder(env))(app);
    expect(outcomeOf(built, app)).toEqual({ packages: ["itsdangerous-2.2.0"], added: [] });
  },
);
