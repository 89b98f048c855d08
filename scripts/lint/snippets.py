"""A block of code in the documentation that says where it is from is what stands there. `snippets.py --fix` writes it.

    ```cpp examples/tool/main.cpp tool

is followed by the lines between `// [tool]` and `// [/tool]` of that file, moved to the left margin. Marks of other
regions that lie within are left out.
"""

import re
import sys
import textwrap

import tree

BLOCK = re.compile(r"^(```(?:cpp|sh|yaml|cmake) (\S+) (\w+)\n)(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^\s*(?://|#) \[/?\w+\]$")


def region(text, name):
    """The region's lines, or None where the file has none of that name."""
    lines = text.splitlines()
    begins = [n for n, line in enumerate(lines) if re.fullmatch(rf"\s*(//|#) \[{name}\]", line)]
    ends = [n for n, line in enumerate(lines) if re.fullmatch(rf"\s*(//|#) \[/{name}\]", line)]
    if len(begins) != 1 or len(ends) != 1 or ends[0] < begins[0]:
        return None
    kept = [line for line in lines[begins[0] + 1:ends[0]] if not MARK.fullmatch(line)]
    return textwrap.dedent("\n".join(kept)).strip("\n") + "\n"


def main():
    fix = "--fix" in sys.argv
    if fix:
        sys.argv.remove("--fix")
    root = tree.root_from_arguments()
    findings = []

    for page in tree.files(root, (".md",)):
        text = tree.text(root, page)

        def current(block):
            line = text.count("\n", 0, block.start()) + 1
            source, name = block.group(2), block.group(3)
            wanted = region(tree.text(root, source), name) if (root / source).is_file() else None
            if wanted is None:
                findings.append(f"{page}:{line}: {source} has no region [{name}]")
                return block.group(0)
            if wanted != block.group(4) and not fix:
                findings.append(f"{page}:{line}: is not what {source} has in [{name}]; run scripts/lint/snippets.py --fix")
            return f"{block.group(1)}{wanted}```"

        written = BLOCK.sub(current, text)
        if fix and written != text:
            (root / page).write_text(written)
    tree.report("snippets", findings)


main()
