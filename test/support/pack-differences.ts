import type { Allowed } from "./view-differences.ts";

const anything = /^/;
const absent = /^absent$/;

/** Where what cnb makes differs from what pack makes, on purpose. The reasons are in docs/decisions/0007-differences-from-pack.md. */
export const allowed: readonly Allowed[] = [
  {
    title: "who made the builder",
    line: /^label io\.buildpacks\.builder\.metadata\.createdBy\.(name|version)$/,
    pack: /^"(Pack CLI|0\.40\.6)"$/,
    cnb: /^"(libcnb\.ts|\d.*)"$/,
  },
  {
    title: "the run image of builders without a stack",
    line: /^label io\.buildpacks\.builder\.metadata\.stack\.runImage\./,
    pack: /^(""|null|absent)$/,
    cnb: anything,
  },
  {
    title: "the run image of builders without a stack",
    line: /^label io\.buildpacks\.builder\.metadata written as$/,
    pack: /"stack":\{"runImage":\{"image":…,"mirrors":…\}\}/,
    cnb: anything,
    same: (text) => text.replace(/"stack":\{"runImage":\{[^{}]*\}\}/, ""),
  },
  {
    title: "what each layer is",
    line: /^history \d+$/,
    pack: /^\{"created":"1980-01-01T00:00:01Z"\}$/,
    cnb: /^\{"created":"1980-01-01T00:00:01Z","created_by":"[A-Z].*"\}$/,
  },
  {
    title: "no empty layer for variables",
    line: /^(type of nothing|bytes of nothing|layers \d+|history \d+)$/,
    pack: anything,
    cnb: absent,
  },
  {
    title: "layer types of OCI images",
    line: /^type of /,
    pack: /^application\/vnd\.docker\.image\.rootfs\.diff\.tar\.gzip$/,
    cnb: /^application\/vnd\.oci\.image\.layer\.v1\.tar\+gzip$/,
  },
  {
    title: "order of build variables",
    line: /^bytes of \/cnb\/build-config\/env\//,
    pack: anything,
    cnb: anything,
    random: true,
  },
];
