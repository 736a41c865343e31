import type { Allowed } from "../images/view-differences.ts";

const anything = /^/;
const absent = /^absent$/;
const runImage = "the run image of builders without a stack";
const kpackLabels = "labels that kpack reads";
const history = /^\{"created":"1980-01-01T00:00:01Z"\}$/;

/**
 * The intended differences between the outputs of cnb and pack. The reasons are in
 * docs/decisions/0007-differences-from-pack.md.
 */
export const allowed: readonly Allowed[] = [
  {
    title: "the label for the creator of the builder",
    line: /^label io\.buildpacks\.builder\.metadata\.createdBy\.(name|version)$/,
    pack: /^"(Pack CLI|0\.40\.6)"$/,
    cnb: /^"(libcnb\.ts|\d.*)"$/,
  },
  {
    title: runImage,
    line: /^label io\.buildpacks\.builder\.metadata\.stack\.runImage\./,
    pack: /^(""|null|absent)$/,
    cnb: anything,
  },
  {
    title: runImage,
    line: /^label io\.buildpacks\.builder\.metadata written as$/,
    pack: /"stack":\{"runImage":\{"image":…,"mirrors":…\}\}/,
    cnb: anything,
    same: (text) => text.replace(/"stack":\{"runImage":\{[^{}]*\}\}/, ""),
  },
  {
    title: kpackLabels,
    line: /^label io\.buildpacks\.(lifecycle\.(version|apis)|stack\.id)( written as|\.|$)/,
    pack: absent,
    cnb: anything,
  },
  {
    title: "history of a layer",
    line: /^history \d+$/,
    pack: history,
    cnb: /^\{"created":"1980-01-01T00:00:01Z","created_by":"[A-Z].*"\}$/,
  },
  {
    title: "media types",
    line: /^(type of |manifest type$)/,
    pack: /^application\/vnd\.docker\.(image\.rootfs\.diff\.tar\.gzip|distribution\.manifest\.v2\+json)$/,
    cnb: /^application\/vnd\.oci\.image\.(layer\.v1\.tar\+gzip|manifest\.v1\+json)$/,
  },
  { title: "flattened packages", line: /^layers of a flattened package$/, pack: /^3$/, cnb: /^1$/ },
  {
    title: "owner of the lifecycle's files",
    line: /^file \/cnb\/lifecycle\//,
    pack: / 501:0 /,
    cnb: / 0:0 /,
    same: (file) => file.replace(/ \d+:0 /, " "),
  },
  {
    title: "time of packages in files",
    line: /^(history \d+|image created)$/,
    pack: /"0001-01-01T00:00:00Z"/,
    cnb: /"1980-01-01T00:00:01Z"/,
    same: (text) => text.replace(/\d{4}-01-01T00:00:0\dZ/, ""),
  },
  {
    title: "headers of buildpacks that come as archives",
    line: /^(bytes of test_archived\/|label io\.buildpacks\.buildpack\.layers\.test\/archived\..*\.layerDiffID$)/,
    pack: anything,
    cnb: anything,
  },
  {
    title: "order of the layers of a composite",
    line: /^layers \d+$/,
    pack: /^"test_/,
    cnb: /^"test_/,
    random: true,
  },
  {
    title: "order of build variables",
    line: /^bytes of \/cnb\/build-config\/env\//,
    pack: anything,
    cnb: anything,
    random: true,
  },
];
