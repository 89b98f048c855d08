"""No source file is longer than 500 lines. (Functions are held to 80 by clang-tidy's readability-function-size.)"""

import tree

LIMIT = 500
SOURCES = (".h", ".cpp", ".sh", ".py", ".js", ".ts", ".cmake", "CMakeLists.txt", "Makefile")

root = tree.root_from_arguments()
found = []
for name in tree.files(root, SOURCES):
    lines = tree.text(root, name).count("\n")
    if lines > LIMIT:
        found.append(f"{name}:{lines}: longer than {LIMIT} lines")
tree.report("sizes", found)
