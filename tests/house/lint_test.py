"""Each check of the lint passes a small tree that keeps its rule and fails one that breaks it."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
# Put together here, so that this file does not break the rules it tests.
SOMEBODYS_HOME = "/home" + "/somebody/project"
LEFT_TO_DO = "TO" + "DO: later"


class LintTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name).resolve()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_check(self, check, *arguments):
        return subprocess.run(
            [sys.executable, str(HERE / "scripts" / "lint" / f"{check}.py"), *(arguments or [str(self.root)])],
            capture_output=True, text=True, env={**os.environ, "XDG_CACHE_HOME": str(self.root / "cache")})

    def assert_clean(self, check):
        done = self.run_check(check)
        self.assertEqual((done.returncode, done.stdout), (0, f"{check}: clean\n"), done.stderr)

    def assert_finds(self, check, *expected):
        done = self.run_check(check)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(done.stdout.splitlines()[:-1], list(expected))


class Layers(LintTest):
    def setUp(self):
        super().setUp()
        self.write("telemetry/include/container_kit/telemetry/span.h", "#include <string>\n")
        self.write("telemetry/src/trace/span.cpp", '#include <container_kit/telemetry/span.h>\n#include "base/clock.h"\n')
        self.write("telemetry/src/base/clock.h", "#include <ctime>\n")
        self.write("telemetry/src/manager.cpp", '#include "trace/ring.h"\n')
        self.write("telemetry/src/trace/ring.h", "")
        self.write("telemetry/test/trace/span_test.cpp", '#include "trace/ring.h"\n#include "sample.h"\n')
        self.write("telemetry/test/sample.h", "")
        self.write("telemetry/fuzz/span_fuzz.cpp", '#include "sample.h"\n')
        self.write("kit/include/container_kit/kit/tool.h", "#include <container_kit/telemetry/span.h>\n")
        self.write("app/src/main.cpp", "#include <container_kit/kit/tool.h>\n")

    def test_the_right_direction_is_clean(self):
        self.assert_clean("layers")

    def test_a_part_that_knows_one_below_it(self):
        self.write("telemetry/src/base/clock.h", "\n#include <container_kit/kit/tool.h>\n")
        self.assert_finds("layers", "telemetry/src/base/clock.h:2: telemetry may not know kit (<container_kit/kit/tool.h>)")

    def test_a_private_header_of_another_part(self):
        self.write("kit/src/tool.cpp", '#include "trace/ring.h"\n')
        self.assert_finds("layers", 'kit/src/tool.cpp:1: "trace/ring.h" is private to telemetry')

    def test_a_layer_that_knows_one_below_it(self):
        self.write("telemetry/src/base/clock.cpp", '#include "trace/ring.h"\n')
        self.assert_finds("layers", "telemetry/src/base/clock.cpp:1: "
                                    "layer base may not know layer trace (telemetry/src/trace/ring.h)")

    def test_a_layer_that_knows_one_below_it_through_its_public_header(self):
        self.write("telemetry/src/base/clock.cpp", "#include <container_kit/telemetry/span.h>\n")
        self.assert_finds("layers", "telemetry/src/base/clock.cpp:1: layer base may not know layer trace "
                                    "(telemetry/include/container_kit/telemetry/span.h)")

    def test_a_bench_may_include_from_the_benches_of_parts_above_alone(self):
        self.write("telemetry/bench/report.h", "")
        self.write("kit/bench/load.h", "")
        self.write("kit/bench/load.cpp", '#include "report.h"\n')
        self.assert_clean("layers")
        self.write("telemetry/bench/report.cpp", '#include "load.h"\n')
        self.write("kit/src/tool.cpp", '#include "report.h"\n')
        self.assert_finds("layers", 'kit/src/tool.cpp:1: "report.h" is no file that kit/src may include',
                          'telemetry/bench/report.cpp:1: "load.h" is no file that telemetry/bench may include')

    def test_a_source_that_includes_a_tests_header(self):
        self.write("telemetry/src/trace/span.cpp", '#include "sample.h"\n')
        self.assert_finds("layers", 'telemetry/src/trace/span.cpp:1: "sample.h" is no file that telemetry/src may include')

    def test_a_public_header_with_a_private_one(self):
        self.write("kit/include/container_kit/kit/tool.h", '#include "x.h"\n')
        self.assert_finds("layers", 'kit/include/container_kit/kit/tool.h:1: a public header includes the private "x.h"')

    def test_a_layer_nobody_has_heard_of(self):
        self.write("telemetry/src/misc/x.cpp", "")
        done = self.run_check("layers")
        self.assertEqual(done.returncode, 1)
        self.assertIn("telemetry/src/misc/x.cpp:1: not in one of telemetry's layers", done.stdout)


class Sizes(LintTest):
    def test_five_hundred_lines_are_enough(self):
        self.write("kit/src/a.cpp", "\n" * 500)
        self.assert_clean("sizes")
        self.write("kit/src/a.cpp", "\n" * 501)
        self.assert_finds("sizes", "kit/src/a.cpp:501: longer than 500 lines")

    def test_fixtures_are_data(self):
        self.write("kit/test/fixtures/long/a.cpp", "\n" * 501)
        self.assert_clean("sizes")


class Conditionals(LintTest):
    def test_outside_functions_they_are_fine(self):
        self.write("kit/src/a.cpp", 'namespace a {\nclass B {\n#if X\n  int c_{0};\n#endif\n};\n'
                                    '#ifdef Y\nint f() { return \'{\'; }\n#else\nint f() { return 1\'000; }  // }{\n'
                                    '#endif\nconst char* kText = R"({)";\n#if Z\n#endif\n}\n')
        self.assert_clean("conditionals")

    def test_inside_functions_they_are_not(self):
        self.write("kit/src/a.cpp", "namespace a {\nint f(struct Point p) {\n  int x = 0;\n#ifdef Y\n  x = 1;\n#endif\n"
                                    "  return x;\n}\n}\n")
        self.assert_finds("conditionals", "kit/src/a.cpp:4: a preprocessor conditional inside a function body")


class Words(LintTest):
    def test_ordinary_text(self):
        self.write("README.md", "Put it in ~/work/x, or below https://example.org/home/page/.\n")
        self.assert_clean("words")

    def test_what_is_not_for_everyone(self):
        self.write("README.md", f"cd {SOMEBODYS_HOME}\n\n{LEFT_TO_DO}\n")
        self.assert_finds("words", "README.md:1: a path of one machine",
                          "README.md:3: something left to do: do it, or write it down where work is planned")


class Snippets(LintTest):
    PAGE = "```cpp examples/a.cpp part\n{}```\n"

    def setUp(self):
        super().setUp()
        self.write("examples/a.cpp", "// [part]\n  int a;\n  // [inner]\n  int b;\n  // [/inner]\n// [/part]\n")

    def test_what_stands_in_the_source_is_clean(self):
        self.write("docs/a.md", self.PAGE.format("int a;\nint b;\n"))
        self.assert_clean("snippets")

    def test_what_has_changed_is_found_and_written_anew(self):
        self.write("docs/a.md", self.PAGE.format("int old;\n"))
        self.assert_finds("snippets", "docs/a.md:1: is not what examples/a.cpp has in [part]; "
                                      "run scripts/lint/snippets.py --fix")
        self.run_check("snippets", "--fix", str(self.root))
        self.assert_clean("snippets")

    def test_a_region_that_is_not_there(self):
        self.write("docs/a.md", "```cpp examples/a.cpp none\n```\n")
        self.assert_finds("snippets", "docs/a.md:1: examples/a.cpp has no region [none]")


class Shell(LintTest):
    def test_scripts_are_found_by_name_and_by_first_line(self):
        self.write("run.sh", '#!/bin/bash\necho "$HOME"\n')
        self.assert_clean("shell")
        self.write("run", "#!/bin/sh\nrm -rf $1/x\n")
        done = self.run_check("shell")
        self.assertEqual(done.returncode, 1)
        self.assertIn("run:2:8: note: Double quote to prevent globbing", done.stdout)


class Format(LintTest):
    def test_layout(self):
        self.write(".clang-format", (HERE / ".clang-format").read_text())
        self.write("kit/src/a.cpp", "int main() { return 0; }\n")
        done = self.run_check("format")
        self.assertEqual(done.returncode, 1)
        self.assertIn("kit/src/a.cpp:1:13: error: code should be clang-formatted", done.stdout)
        self.assertEqual(self.run_check("format", "--fix", str(self.root)).returncode, 0)
        self.assert_clean("format")
        self.assertEqual((self.root / "kit/src/a.cpp").read_text(), "int main() {\n  return 0;\n}\n")


class Tidy(LintTest):
    def setUp(self):
        super().setUp()
        self.write(".clang-tidy", (HERE / ".clang-tidy").read_text())
        self.write("kit/src/a.h", "#pragma once\nint answer();\n")
        self.write("kit/src/a.cpp", '#include "a.h"\nint answer() { return 42; }\n')
        source = str(self.root / "kit/src/a.cpp")
        self.write("build/release/compile_commands.json", json.dumps([{
            "directory": str(self.root / "build/release"), "file": source,
            "command": f"c++ -std=gnu++20 -Wall -Wconversion -o a.o -c {source}"}]))

    def tidy(self):
        return self.run_check("tidy", "--root", str(self.root))

    def test_a_clean_unit_is_looked_at_once_until_it_or_its_header_changes(self):
        self.assertIn("1 to check", self.tidy().stdout)
        again = self.tidy()
        self.assertEqual(again.returncode, 0)
        self.assertIn("tidy: 1 of 1 units unchanged, 0 to check", again.stdout)
        self.write("kit/src/a.h", "#pragma once\nint answer();\nint Question();\n")
        changed = self.tidy()
        self.assertEqual(changed.returncode, 1)
        self.assertIn("kit/src/a.h:3:5: error: invalid case style for function 'Question'", changed.stdout)
        self.assertIn("1 to check", self.tidy().stdout)  # what failed is not remembered as clean

    def test_a_compiler_warning_is_an_error(self):
        self.write("kit/src/a.cpp", '#include "a.h"\nint answer() { return static_cast<long long>(42) << 40; }\n')
        done = self.tidy()
        self.assertEqual(done.returncode, 1)
        self.assertIn("clang-diagnostic-", done.stdout)

    def test_a_function_of_more_than_eighty_lines(self):
        body = "  value += 1;\n" * 81
        self.write("kit/src/a.cpp", f'#include "a.h"\nint answer() {{\n  int value = 0;\n{body}  return value;\n}}\n')
        done = self.tidy()
        self.assertEqual(done.returncode, 1)
        self.assertIn("readability-function-size", done.stdout)


if __name__ == "__main__":
    unittest.main()
