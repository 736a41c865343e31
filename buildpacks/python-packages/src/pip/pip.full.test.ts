import { describeConformance } from "../package-manager.conformance.ts";

describeConformance("pip", {
  simple: {
    "requirements.txt": "itsdangerous==2.2.0\n",
    "requirements-dev.txt": "-r requirements.txt\niniconfig==2.1.0\n",
  },
  changed: { "requirements.txt": "blinker==1.9.0\n" },
  change: "requirements.txt changed",
  credentials: {
    "pyproject.toml": '[tool.a]\nurl = "https://me:s3cret@packages.example.com/simple"\n',
    "setup.cfg": "[options]\ninstall_requires =\n  a @ git+https://s3cret@example.com/a.git\n",
    "requirements.txt": "# --index-url https://me:s3cret@packages.example.com/simple\nitsdangerous==2.2.0\n",
  },
});
