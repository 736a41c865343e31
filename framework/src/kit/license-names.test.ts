import { expect, test } from "vitest";
import { spdxLicense } from "./license-names.ts";

test.for<[string, string]>([
  ["MIT License", "MIT"],
  ["The MIT License (MIT)", "MIT"],
  ["mit", "MIT"],
  ["Apache License, Version 2.0", "Apache-2.0"],
  ["Apache Software License 2.0", "Apache-2.0"],
  ["Apache 2", "Apache-2.0"],
  ["Apache-2.0", "Apache-2.0"],
  ["ASL 2.0", "Apache-2.0"],
  ["3-Clause BSD License", "BSD-3-Clause"],
  ["New BSD License", "BSD-3-Clause"],
  ["BSD 2-Clause", "BSD-2-Clause"],
  ["ISC License (ISCL)", "ISC"],
  ["Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"],
  ["MPL v2.0", "MPL-2.0"],
  ["Python Software Foundation License", "PSF-2.0"],
  ["GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"],
  ["GPLv2+", "GPL-2.0-or-later"],
  ["GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"],
  ["The Unlicense (Unlicense)", "Unlicense"],
  ["zlib/libpng License", "Zlib"],
  ["CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication"],
  ["Boost Software License 1.0 (BSL-1.0)", "BSL-1.0"],
  // several licences go by these
  ["BSD License", "BSD License"],
  ["Apache Software License", "Apache Software License"],
  ["GNU General Public License v3 (GPLv3)", "GNU General Public License v3 (GPLv3)"],
  ["Other/Proprietary License", "Other/Proprietary License"],
  [" MIT OR Apache-2.0 ", "MIT OR Apache-2.0"],
  ["constructor", "constructor"],
  ["", ""],
])("the license name %j is normalized to %j", ([text, expected]) => expect(spdxLicense(text)).toBe(expected));

test("a license name of 50 000 parentheses stays unchanged", () => {
  expect(spdxLicense("(".repeat(50_000))).toBe("(".repeat(50_000));
});
