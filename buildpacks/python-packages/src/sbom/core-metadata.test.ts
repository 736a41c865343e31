import { expect, test } from "vitest";
import { licensesOf, parseMetadata } from "./core-metadata.ts";

const osi = "Classifier: License :: OSI Approved ::";

// what packages on PyPI say
const cases: readonly (readonly [string, readonly string[]])[] = [
  ["License-Expression: Apache-2.0 OR BSD-3-Clause\nLicense: other", ["Apache-2.0 OR BSD-3-Clause"]],
  ["License: MIT", ["MIT"]],
  [`License: BSD-3-Clause\n${osi} BSD License`, ["BSD-3-Clause"]],
  ["License: MPL-2.0 AND MIT", ["MPL-2.0 AND MIT"]],
  ["License: (LGPL-3.0-or-later WITH GCC-exception-3.1) OR MIT", ["(LGPL-3.0-or-later WITH GCC-exception-3.1) OR MIT"]],
  ["License: Apache License, Version 2.0", ["Apache-2.0"]],
  ["License: Apache 2.0", ["Apache-2.0"]],
  ["License: The MIT License (MIT)", ["MIT"]],
  ["License: BSD 3-Clause License", ["BSD-3-Clause"]],
  ["License: Mozilla Public License 2.0 (MPL 2.0)", ["MPL-2.0"]],
  ["License: GPLv3+", ["GPL-3.0-or-later"]],
  [
    "License: MIT License\n        \n        Copyright (c) 2020 Somebody\n        Permission is hereby granted",
    ["MIT"],
  ],
  [`License: BSD\n${osi} BSD License`, ["BSD License"]],
  [`${osi} Apache Software License\n${osi} MIT License`, ["Apache Software License", "MIT"]],
  [`${osi} Eclipse Public License 2.0 (EPL-2.0)`, ["EPL-2.0"]],
  [`${osi} GNU General Public License v3 (GPLv3)`, ["GNU General Public License v3 (GPLv3)"]],
  [
    "Classifier: License :: CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
    ["CC0 1.0 Universal (CC0 1.0) Public Domain Dedication"],
  ],
  [`${osi} MIT License\n${osi} MIT License`, ["MIT"]],
  ["Classifier: License :: Public Domain", ["Public Domain"]],
  ["Classifier: License :: OSI Approved", []],
  ["License: LGPL with exceptions", ["LGPL with exceptions"]],
  [
    `License: LGPL with exceptions\n${osi} GNU Library or Lesser General Public License (LGPL)`,
    ["GNU Library or Lesser General Public License (LGPL)"],
  ],
  ["License: BSD", ["BSD"]],
  ["License: Dual License", ["Dual License"]],
  ["License: see the LICENSE file", []],
  ["License: UNKNOWN", []],
  [`License: ${"x".repeat(5_000)}`, []],
  ["Classifier: Framework :: Django", []],
];

// a name has only the start of a long text
test.for(cases.map(([fields, licenses]) => [fields.slice(0, 100), fields, licenses] as const))(
  "the license of a Python package is read from the metadata %j",
  ([, fields, licenses]) => {
    const text = `Metadata-Version: 2.4\nName: a\nVersion: 1\n${fields}\n\nLicense: of the description\n`;
    expect(licensesOf(parseMetadata(text))).toEqual(licenses);
  },
);
